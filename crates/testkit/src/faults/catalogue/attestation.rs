//! Rows of attestation statements.

macro_rules! attestation_rows {
    ($next:ident $(, $rest:ident)*; $($before:tt)*) => {
        $next! {
            $($rest),*; $($before)*

            // Packed, and none.
            PackedEmpty = packed("neg-P01"), "the statement is empty";
            PackedAlgMissing = packed("neg-P02"), "`alg` is missing";
            PackedAlgText = packed("neg-P03"), "`alg` is a text string";
            PackedSigMissing = packed("neg-P04"), "`sig` is missing";
            PackedSigNotBytes = packed("neg-P05"), "`sig` is a text string";
            PackedSigEmpty = packed("neg-P06"), "`sig` is empty";
            PackedX5cNotArray = packed("neg-P07"), "`x5c` is a byte string";
            PackedX5cEmpty = packed("neg-P08"), "`x5c` is an empty array";
            PackedX5cEntryNotBytes = packed("neg-P09"), "the first entry of `x5c` is a text string";
            PackedX5cEntryEmpty = packed("neg-P10"), "the first entry of `x5c` is empty";
            PackedX5cEntryGarbage = packed("neg-P11"), "the first entry of `x5c` is no certificate";
            PackedAlgDiffers = p_self("neg-P14"), "`alg` is not the credential key's";
            PackedSigWrong = p_self("neg-P15").breaking(), "another key made `sig`";
            PackedEcdaa = packed("neg-P16"), "the statement has an `ecdaaKeyId`";
            NoneNotEmpty = reg("neg-O01").attested(&[Attestation::None]), "the statement of format none is not empty";
            PackedCertificateSigWrong = p_x5c("neg-P12").breaking(), "another key than the certificate's made `sig`";
            PackedSignedByCredential = p_x5c("neg-P13").breaking(), "the credential's key made `sig`, although there is a certificate";
            PackedLeafVersion1 = p_x5c("neg-P17"), "the leaf is of version 1";
            PackedUnitWrong = p_x5c("neg-P18"), "the leaf's OU is another text";
            PackedUnitWrongCase = p_x5c("neg-P19"), "the leaf's OU differs in case";
            PackedCountryMissing = p_x5c("neg-P20"), "the leaf's subject has no C";
            PackedCountryThreeLetters = p_x5c("neg-P21").policy(), "the leaf's C has three letters";
            PackedCountryUnassigned = p_x5c("neg-P21").policy(), "the leaf's C is XX, which is no country's";
            PackedOrganizationMissing = p_x5c("neg-P22"), "the leaf's subject has no O";
            PackedCommonNameMissing = p_x5c("neg-P23"), "the leaf's subject has no CN";
            PackedLeafIsCa = p_x5c("neg-P24"), "the leaf says that it is an authority";
            PackedNoBasicConstraints = p_x5c("neg-P25"), "the leaf has no Basic Constraints";
            PackedAaguidDiffers = p_x5c("neg-P26"), "the leaf names another AAGUID";
            PackedAaguidCritical = p_x5c("neg-P27"), "the AAGUID extension is critical";
            PackedAaguidWrappedOnce = p_x5c("neg-P28"), "the AAGUID extension lacks the inner OCTET STRING";
            PackedAaguidTooShort = p_x5c("neg-P29"), "the AAGUID extension holds 15 bytes";
            PackedAlgNotOfLeaf = p_x5c("neg-P30"), "`alg` doesn't fit the leaf's key";
            PackedSerialUnwanted = p_x5c("neg-P31").policy(), "the leaf has a device's serial number, whether or not it was asked for";

            // TPM.
            TpmVersionWrong = tpm("neg-T01"), "`ver` is 1.2";
            TpmVersionMissing = tpm("neg-T02"), "`ver` is missing";
            TpmAlgMissing = tpm("neg-T03"), "`alg` is missing";
            TpmX5cMissing = tpm("neg-T04"), "`x5c` is missing";
            TpmX5cEmpty = tpm("neg-T05"), "`x5c` is an empty array";
            TpmPubAreaTruncated = tpm("neg-T06"), "pubArea lacks its last byte";
            TpmPubAreaTrailing = tpm("neg-T07"), "a byte follows pubArea";
            TpmPubAreaSized = tpm("neg-T08"), "pubArea has its length in front";
            TpmModulusDiffers = tpm("neg-T09").of(RSA), "pubArea holds another modulus";
            TpmExponentDiffers = tpm("neg-T10").of(RSA), "pubArea holds the exponent 3";
            TpmCurveDiffers = tpm("neg-T11").of(EC2), "pubArea names another curve";
            TpmXDiffers = tpm("neg-T12").of(EC2), "pubArea holds another x";
            TpmYDiffers = tpm("neg-T13").of(EC2), "pubArea holds another y";
            TpmTypeDiffers = tpm("neg-T14"), "pubArea is that of a key of another type";
            TpmMagicWrong = tpm("neg-T15"), "certInfo was not made by a TPM";
            TpmCertInfoTypeWrong = tpm("neg-T16"), "certInfo is a quote";
            TpmExtraDataWrong = tpm("neg-T17"), "extraData is not the hash of what is attested";
            TpmExtraDataOtherHash = tpm("neg-T18"), "extraData was made with another hash";
            TpmNameWrong = tpm("neg-T19"), "the attested Name is not that of pubArea";
            TpmNameOtherAlgorithm = tpm("neg-T20"), "the attested Name was made with another hash than nameAlg";
            TpmNameIsHandle = tpm("neg-T21"), "the attested Name is a handle";
            TpmCertInfoTrailing = tpm("neg-T22"), "a byte follows certInfo";
            TpmSigWrong = tpm("neg-T23").breaking(), "another key than the certificate's made `sig`";
            TpmLeafVersion1 = tpm("neg-T24"), "the leaf is of version 1";
            TpmSubjectNotEmpty = tpm("neg-T25"), "the leaf has a subject";
            TpmNoSubjectAltName = tpm("neg-T26"), "the leaf has no Subject Alternative Name";
            TpmNoManufacturer = tpm("neg-T27"), "the Subject Alternative Name has no manufacturer";
            TpmNoModel = tpm("neg-T28"), "the Subject Alternative Name has no model";
            TpmNoVersion = tpm("neg-T29"), "the Subject Alternative Name has no version";
            TpmNoPurpose = tpm("neg-T30"), "the leaf has no Extended Key Usage";
            TpmLeafIsCa = tpm("neg-T31"), "the leaf says that it is an authority";
            TpmAaguidDiffers = tpm("neg-T32"), "the leaf names another AAGUID";
            TpmUnknownNameAlg = tpm("neg-T33"), "nameAlg is no hash";

            // Android's keystore.
            AndroidNoExtension = android("neg-N01"), "the leaf has no KeyDescription";
            AndroidBadExtension = android("neg-N02"), "the KeyDescription lacks its last byte";
            AndroidChallengeWrong = android("neg-N03"), "the KeyDescription's challenge is not the hash of the client data";
            AndroidOtherKey = android("neg-N04").breaking(), "the leaf's key, which made `sig`, is not the credential's";
            AndroidAllApplicationsSoftware = android("neg-N05"), "the software list has `allApplications`";
            AndroidAllApplicationsHardware = android("neg-N06"), "the hardware list has `allApplications`";
            AndroidImported = android("neg-N07"), "`origin` says that the key was imported";
            AndroidOriginMissing = android("neg-N08"), "`origin` is missing";
            AndroidOriginInSoftware = android("neg-N09").policy(), "`origin` is in the software list only; wrong where trusted hardware is asked for";
            AndroidCannotSign = android("neg-N10"), "`purpose` lacks signing";
            AndroidPurposeMissing = android("neg-N11"), "`purpose` is missing";
            AndroidSigWrong = android("neg-N12").breaking(), "another key than the certificate's made `sig`";
            AndroidChainReversed = android("neg-N13"), "the leaf is last in `x5c`; needs an intermediate";
            AndroidUnknownRoot = android("neg-N14").trust(), "the chain leads to an unknown root";
            AndroidSoftwareKey = android("neg-N15").policy(), "both security levels say software; wrong where trusted hardware is asked for";
            AndroidIssuerIsAppKey = android("neg-N16").trust(), "the leaf's issuer is no authority; needs an intermediate";
            AndroidUnknownTagFirst = android("neg-N17"), "the software list has `allApplications` after a tag that nobody knows";
            AndroidRevoked = android("neg-N18").policy(), "the leaf has the serial number that tests revoke";

            // Apple.
            AppleNoExtension = apple("neg-L01"), "the leaf has no nonce";
            AppleNonceWrong = apple("neg-L02"), "the nonce is another one";
            AppleNonceOfAuthenticatorData = apple("neg-L03"), "the nonce leaves the client data out";
            AppleBadExtension = apple("neg-L04"), "the nonce is a bare OCTET STRING";
            AppleOtherKey = apple("neg-L05"), "the leaf's key is not the credential's";
            AppleUnknownRoot = apple("neg-L06").trust(), "the chain leads to an unknown root";
            AppleX5cEmpty = apple("neg-L07"), "`x5c` is an empty array";

            // U2F.
            U2fTwoCertificates = u2f("neg-U01"), "`x5c` holds the certificate twice";
            U2fX5cEmpty = u2f("neg-U02"), "`x5c` is an empty array";
            U2fKeyOnP384 = u2f("neg-U03").breaking(), "the certificate's key, which made `sig`, is on P-384";
            U2fKeyIsRsa = u2f("neg-U04").breaking(), "the certificate's key, which made `sig`, is RSA";
            U2fXTooShort = u2f("neg-U05"), "x of the credential's key is 31 bytes long";
            U2fSigWrong = u2f("neg-U06").breaking(), "another key than the certificate's made `sig`";
            U2fFirstByteWrong = u2f("neg-U07").breaking(), "what is signed begins with 01";
            U2fOtherAlgorithm = u2f("neg-U08"), "the credential's `alg` is -9; needs -9 to be offered";
            U2fAaguid = u2f("neg-U09").policy(), "the AAGUID is not zero";

            // Compound.
            CompoundMap = compound("neg-M01"), "the statement is a map, the first one's";
            CompoundOfOne = compound("neg-M02"), "there is one statement only";
            CompoundNested = compound("neg-M03"), "the first statement is a compound one";
            CompoundNoFormat = compound("neg-M04"), "the first statement has no `fmt`";
            CompoundNoStatement = compound("neg-M05"), "the first statement has no `attStmt`";
            CompoundUnknownFormat = compound("neg-M06").policy(), "the first statement's format is unknown; wrong where all count";
            CompoundOneWrong = compound("neg-M07").breaking().policy(), "the first statement's signature is wrong; wrong where all count";
            CompoundAllWrong = compound("neg-M08").breaking(), "every statement's signature is wrong";

            // SafetyNet.
            SafetyNetVersionEmpty = safetynet("neg-G01"), "`ver` is empty";
            SafetyNetResponseEmpty = safetynet("neg-G02"), "`response` is empty";
            SafetyNetNonceWrong = safetynet("neg-G03"), "the nonce is another one";
            SafetyNetX5cEmpty = safetynet("neg-G04"), "the token's `x5c` is an empty array";
            SafetyNetOtherHost = safetynet("neg-G05"), "the certificate is for another host";
            SafetyNetProfileMismatch = safetynet("neg-G06"), "`ctsProfileMatch` is false";
            SafetyNetFuture = safetynet("neg-G07").policy(), "the time is an hour ahead";
            SafetyNetStale = safetynet("neg-G08").policy(), "the time is an hour ago";
        }
    };
}
pub(super) use attestation_rows;
