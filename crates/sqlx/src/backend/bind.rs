//! Values on their way into a statement, and out of a row.

use super::{Backend, Done};
use futures_util::TryStreamExt;
use sqlx::database::HasStatementCache;
use sqlx::query::Query;
use sqlx::{ColumnIndex, Database, Decode, Either, Encode, Executor, IntoArguments, Row, SqlStr, Type};

/// A parameter. Numbers of all sizes are bound as 64 bits; the database knows its columns.
#[derive(Clone, Copy)]
pub(crate) enum Value<'a> {
    Text(&'a str),
    MaybeText(Option<&'a str>),
    Bytes(&'a [u8]),
    Integer(i64),
    MaybeInteger(Option<i64>),
    Flag(bool),
    MaybeFlag(Option<bool>),
}

impl Value<'_> {
    /// The parameter for somebody who outlives the caller.
    pub(crate) fn owned(self) -> Owned {
        match self {
            Self::Text(text) => Owned::Text(Some(text.to_owned())),
            Self::MaybeText(text) => Owned::Text(text.map(str::to_owned)),
            Self::Bytes(bytes) => Owned::Bytes(bytes.to_owned()),
            Self::Integer(number) => Owned::Integer(Some(number)),
            Self::MaybeInteger(number) => Owned::Integer(number),
            Self::Flag(flag) => Owned::Flag(Some(flag)),
            Self::MaybeFlag(flag) => Owned::Flag(flag),
        }
    }
}

/// A parameter that outlives its caller.
pub(crate) enum Owned {
    Text(Option<String>),
    Bytes(Vec<u8>),
    Integer(Option<i64>),
    Flag(Option<bool>),
}

impl Owned {
    pub(crate) fn as_value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::MaybeText(text.as_deref()),
            Self::Bytes(bytes) => Value::Bytes(bytes),
            Self::Integer(number) => Value::MaybeInteger(*number),
            Self::Flag(flag) => Value::MaybeFlag(*flag),
        }
    }
}

/// A statement with its parameters, `$1` first; or several, for a database that takes them in one text.
#[derive(Clone)]
pub struct Statement<'a> {
    pub(crate) sql: SqlStr,
    pub(crate) values: &'a [Value<'a>],
    /// Whether the connection keeps it prepared.
    pub(crate) is_kept: bool,
}

impl std::fmt::Debug for Statement<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The values are secrets, or personal.
        f.debug_tuple("Statement").field(&self.sql.as_str()).finish()
    }
}

/// Runs a statement to its end, also if nobody wants its rows: SQLite commits it there. What each statement of the text did
/// goes to `done`; where one fails, what those before it did.
pub(crate) async fn run<'c, B>(
    connection: &'c mut B::Connection,
    statement: Statement<'c>,
    done: &'c mut Vec<Done<B>>,
) -> Result<(), sqlx::Error>
where
    B: Backend + HasStatementCache,
    B::Arguments: IntoArguments<B>,
    &'c mut B::Connection: Executor<'c, Database = B>,
    for<'q> &'q str: Encode<'q, B> + Type<B>,
    for<'q> &'q [u8]: Encode<'q, B> + Type<B>,
    for<'q> Option<&'q str>: Encode<'q, B>,
    for<'q> i64: Encode<'q, B> + Type<B>,
    for<'q> Option<i64>: Encode<'q, B>,
    for<'q> bool: Encode<'q, B> + Type<B>,
    for<'q> Option<bool>: Encode<'q, B>,
{
    let mut query: Query<'c, B, B::Arguments> = sqlx::query(statement.sql).persistent(statement.is_kept);
    for value in statement.values {
        query = match *value {
            Value::Text(text) => query.bind(text),
            Value::MaybeText(text) => query.bind(text),
            Value::Bytes(bytes) => query.bind(bytes),
            Value::Integer(number) => query.bind(number),
            Value::MaybeInteger(number) => query.bind(number),
            Value::Flag(flag) => query.bind(flag),
            Value::MaybeFlag(flag) => query.bind(flag),
        };
    }
    let mut steps = connection.fetch_many(query);
    let mut rows = Vec::new();
    while let Some(step) = steps.try_next().await? {
        match step {
            Either::Left(result) => {
                done.push(Done { affected: B::affected(&result), rows: std::mem::take(&mut rows) });
            }
            Either::Right(row) => rows.push(row),
        }
    }
    Ok(())
}

/// The cells of a row, by the names of their columns.
pub trait Cells {
    /// Bytes.
    fn bytes(&self, column: &str) -> Result<&[u8], sqlx::Error>;
    /// Text.
    fn text(&self, column: &str) -> Result<&str, sqlx::Error>;
    /// Text that may be missing.
    fn maybe_text(&self, column: &str) -> Result<Option<&str>, sqlx::Error>;
    /// A number of 64 bits.
    fn integer(&self, column: &str) -> Result<i64, sqlx::Error>;
    /// A number of 64 bits that may be missing.
    fn maybe_integer(&self, column: &str) -> Result<Option<i64>, sqlx::Error>;
    /// A number of 16 bits.
    fn small(&self, column: &str) -> Result<i16, sqlx::Error>;
    /// True or false.
    fn flag(&self, column: &str) -> Result<bool, sqlx::Error>;
    /// True, false or unknown.
    fn maybe_flag(&self, column: &str) -> Result<Option<bool>, sqlx::Error>;
}

impl<R> Cells for R
where
    R: Row,
    for<'c> &'c str: ColumnIndex<R>,
    for<'r> &'r str: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> &'r [u8]: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> i64: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> i16: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> bool: Decode<'r, R::Database> + Type<R::Database>,
    R::Database: Database<Row = R>,
{
    fn bytes(&self, column: &str) -> Result<&[u8], sqlx::Error> {
        self.try_get(column)
    }

    fn text(&self, column: &str) -> Result<&str, sqlx::Error> {
        self.try_get(column)
    }

    fn maybe_text(&self, column: &str) -> Result<Option<&str>, sqlx::Error> {
        self.try_get(column)
    }

    fn integer(&self, column: &str) -> Result<i64, sqlx::Error> {
        self.try_get(column)
    }

    fn maybe_integer(&self, column: &str) -> Result<Option<i64>, sqlx::Error> {
        self.try_get(column)
    }

    fn small(&self, column: &str) -> Result<i16, sqlx::Error> {
        self.try_get(column)
    }

    fn flag(&self, column: &str) -> Result<bool, sqlx::Error> {
        self.try_get(column)
    }

    fn maybe_flag(&self, column: &str) -> Result<Option<bool>, sqlx::Error> {
        self.try_get(column)
    }
}
