//! Reads the trail.

use super::Trail;
use crate::database::{on, time};
use ceremony_http::ceremony::UnixTime;

/// An event as it is kept.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) id: i64,
    pub(crate) at: UnixTime,
    pub(crate) kind: String,
    pub(crate) user: Option<String>,
    pub(crate) credential: Option<String>,
    pub(crate) detail: Option<String>,
}

type Row = (i64, i64, String, Option<String>, Option<String>, Option<String>);

impl Trail {
    /// Up to `limit` events of one account, or of all, newest first; those before `after`, if it is given.
    pub(crate) async fn list(
        &self,
        user: Option<&str>,
        after: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Listed>, sqlx::Error> {
        let rows: Vec<Row> = on!(&self.pool, pool => {
            sqlx::query_as(
                "SELECT audit.id, audit.at, audit.kind, COALESCE(audit.user_id, passkey_owners.user_id),
                     audit.credential, audit.detail
                 FROM audit LEFT JOIN passkey_owners ON passkey_owners.credential = audit.credential
                 WHERE audit.id < $1 AND ($2 = '' OR COALESCE(audit.user_id, passkey_owners.user_id) = $2)
                 ORDER BY audit.id DESC LIMIT $3",
            )
            .bind(after.unwrap_or(i64::MAX))
            .bind(user.unwrap_or_default())
            .bind(i64::from(limit))
            .fetch_all(pool)
            .await?
        });
        let listed =
            |(id, at, kind, user, credential, detail)| Listed { id, at: time(at), kind, user, credential, detail };
        Ok(rows.into_iter().map(listed).collect())
    }
}
