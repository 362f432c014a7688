//! Rows of certificate chains.

macro_rules! certificate_rows {
    ($next:ident $(, $rest:ident)*; $($before:tt)*) => {
        $next! {
            $($rest),*; $($before)*

            // The chain to a trust anchor.
            LeafExpired = certified("neg-X01").trust(), "the leaf has expired";
            LeafNotYetValid = certified("neg-X02").trust(), "the leaf is not yet valid";
            IntermediateExpired = chained("neg-X03").trust(), "an intermediate has expired; needs one";
            ChainReversed = chained("neg-X04"), "the leaf is last in `x5c`; needs an intermediate";
            IntermediateMissing = chained("neg-X05").trust(), "an intermediate is missing; needs one";
            UnknownRoot = certified("neg-X06").trust(), "the chain leads to an unknown root";
            IssuerNotCa = chained("neg-X07").trust(), "the leaf's issuer is no authority; needs an intermediate";
            PathTooLong = chained("neg-X08").trust(), "the upper intermediate allows none below; needs two intermediates";
            IssuerMayNotSign = chained("neg-X09").trust(), "the issuer's key may not sign certificates; needs an intermediate";
            UnknownCriticalExtension = certified("neg-X10").trust(), "the leaf has a critical extension that nobody knows";
            Sha1Certificate = certified("neg-X11").trust(), "the leaf is signed with SHA-1";
            RootInChain = certified("neg-X12").policy(), "`x5c` ends with the root";
            DuplicateIntermediate = chained("neg-X13").trust(), "`x5c` holds the leaf's issuer twice; needs an intermediate";
            IssuerKeyDiffers = certified("neg-X14").trust(), "another key signed the leaf than that of the issuer of this name";
            LeafRevoked = certified("neg-X15").policy(), "the leaf has the serial number that tests revoke";
            ChainOfThirty = chained("neg-X16"), "`x5c` holds 30 certificates";
        }
    };
}
pub(super) use certificate_rows;
