//! Each call of the interface: read, ask the desk, answer.

use super::proto::passkeys_server::Passkeys;
use super::proto::{
    BeginRegistrationRequest, BeginSignInRequest, BeginStepUpRequest, Begun, Caller as CallerMessage,
    FinishRegistrationRequest, FinishRequest, ListReply, ListRequest, Passkey, RemoveReply, RemoveRequest,
    RenameRequest, SignedIn,
};
use crate::desk::{self, Caller, Desk};
use crate::refusal::Refusal;
use ceremony::UnixTime;
use tonic::{Request, Response, Status};

/// The desk behind gRPC.
#[derive(Clone, Debug)]
pub struct Transport {
    desk: Desk,
}

impl Transport {
    pub(super) const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

/// A call that names no caller is refused: there is always a client at least.
fn caller(message: Option<CallerMessage>) -> Result<Caller, Refusal> {
    let CallerMessage { client, user, proved_at } = message.ok_or(Refusal::InvalidRequest)?;
    Caller::read(&client, user, proved_at)
}

#[tonic::async_trait]
impl Passkeys for Transport {
    async fn begin_registration(&self, request: Request<BeginRegistrationRequest>) -> Result<Response<Begun>, Status> {
        let asked = request.into_inner();
        let caller = caller(asked.caller)?;
        let begun = self.desk.begin_registration(&caller, asked.account_name, asked.display_name).await?;
        Ok(Response::new(begun.into()))
    }

    async fn finish_registration(
        &self,
        request: Request<FinishRegistrationRequest>,
    ) -> Result<Response<Passkey>, Status> {
        let FinishRegistrationRequest { caller: from, state, credential_json, name } = request.into_inner();
        let credential = credential_json.as_bytes();
        let passkey = self.desk.finish_registration(&caller(from)?, &state, credential, &name).await?;
        Ok(Response::new(passkey.into()))
    }

    async fn begin_sign_in(&self, request: Request<BeginSignInRequest>) -> Result<Response<Begun>, Status> {
        let caller = caller(request.into_inner().caller)?;
        Ok(Response::new(self.desk.begin_sign_in(&caller).await?.into()))
    }

    async fn finish_sign_in(&self, request: Request<FinishRequest>) -> Result<Response<SignedIn>, Status> {
        let FinishRequest { caller: from, state, credential_json } = request.into_inner();
        let proof = self.desk.finish_sign_in(&caller(from)?, &state, credential_json.as_bytes()).await?;
        Ok(Response::new(proof.into()))
    }

    async fn begin_step_up(&self, request: Request<BeginStepUpRequest>) -> Result<Response<Begun>, Status> {
        let caller = caller(request.into_inner().caller)?;
        Ok(Response::new(self.desk.begin_step_up(&caller).await?.into()))
    }

    async fn finish_step_up(&self, request: Request<FinishRequest>) -> Result<Response<SignedIn>, Status> {
        let FinishRequest { caller: from, state, credential_json } = request.into_inner();
        let proof = self.desk.finish_step_up(&caller(from)?, &state, credential_json.as_bytes()).await?;
        Ok(Response::new(proof.into()))
    }

    async fn list(&self, request: Request<ListRequest>) -> Result<Response<ListReply>, Status> {
        let passkeys = self.desk.list(&caller(request.into_inner().caller)?).await?;
        Ok(Response::new(ListReply { passkeys: passkeys.into_iter().map(Passkey::from).collect() }))
    }

    async fn rename(&self, request: Request<RenameRequest>) -> Result<Response<Passkey>, Status> {
        let RenameRequest { caller: from, id, name } = request.into_inner();
        Ok(Response::new(self.desk.rename(&caller(from)?, &id, &name).await?.into()))
    }

    async fn remove(&self, request: Request<RemoveRequest>) -> Result<Response<RemoveReply>, Status> {
        let RemoveRequest { caller: from, id } = request.into_inner();
        let accepted_json = self.desk.remove(&caller(from)?, &id).await?;
        Ok(Response::new(RemoveReply { accepted_json }))
    }
}

impl From<desk::Begun> for Begun {
    fn from(begun: desk::Begun) -> Self {
        Self { options_json: begun.options_json, state: begun.state }
    }
}

impl From<desk::Proof> for SignedIn {
    fn from(proof: desk::Proof) -> Self {
        Self { user: proof.user, passkey: proof.passkey }
    }
}

impl From<desk::Passkey> for Passkey {
    fn from(passkey: desk::Passkey) -> Self {
        let seconds = |time: UnixTime| time.as_millis() / 1000;
        Self {
            id: passkey.id,
            name: passkey.name,
            created_at: seconds(passkey.created_at),
            last_used_at: passkey.last_used_at.map_or(0, seconds),
            suspended: passkey.suspended,
        }
    }
}
