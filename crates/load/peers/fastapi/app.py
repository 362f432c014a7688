"""fastapi-passkeys as its documentation has it, on uvicorn, with one process. Ends when standard input closes."""

import argparse
import asyncio
import os
import socket
import sys
import threading

import uvicorn
from fastapi import FastAPI, Request
from fastapi_passkeys import PasskeyConfig, Passkeys, PasskeyUser
from fastapi_passkeys.contrib import InMemoryChallengeStore, InMemoryCredentialRepository
from fastapi_passkeys.contrib.redis import RedisChallengeStore
from fastapi_passkeys.contrib.sqlalchemy import PasskeyBase, SqlAlchemyCredentialRepository
from redis.asyncio import Redis
from sqlalchemy import event
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine


def arguments():
    parser = argparse.ArgumentParser()
    for name in ["origin", "rp-id", "prefix", "user-header", "stores"]:
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--url")
    parser.add_argument("--redis")
    parser.add_argument("--port", type=int, default=0)
    return parser.parse_args()


def engine_of(args):
    if args.stores.startswith("postgres"):
        return create_async_engine(args.url.replace("postgres://", "postgresql+asyncpg://"), pool_size=8, max_overflow=0)
    file = args.url.removeprefix("sqlite:")
    # The pool that SQLAlchemy has for files by default, and the journal and timeout that the other side has.
    engine = create_async_engine(f"sqlite+aiosqlite:///{file}")
    synchronous = "FULL" if args.stores == "sqlite-full" else "NORMAL"

    @event.listens_for(engine.sync_engine, "connect")
    def pragmas(connection, _):
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute(f"PRAGMA synchronous = {synchronous}")
        cursor.execute("PRAGMA busy_timeout = 5000")
        cursor.close()

    return engine


async def credentials_of(args):
    if args.stores == "memory":
        return InMemoryCredentialRepository()
    engine = engine_of(args)
    async with engine.begin() as connection:
        await connection.run_sync(PasskeyBase.metadata.create_all)
    return SqlAlchemyCredentialRepository(async_sessionmaker(engine))


async def main():
    args = arguments()

    async def get_user(request: Request) -> PasskeyUser:
        name = request.headers[args.user_header]
        return PasskeyUser(id=name, name=name, display_name="")

    passkeys = Passkeys(
        config=PasskeyConfig(rp_id=args.rp_id, rp_name="Example", expected_origins=[args.origin], user_verification="required"),
        credential_repository=await credentials_of(args),
        challenge_store=RedisChallengeStore(Redis.from_url(args.redis)) if args.redis else InMemoryChallengeStore(),
        get_user=get_user,
    )
    app = FastAPI()
    app.include_router(passkeys.router, prefix=args.prefix)
    passkeys.install_exception_handlers(app)

    listener = socket.socket()
    listener.bind(("127.0.0.1", args.port))
    listener.listen(2048)
    print(f"listening on {listener.getsockname()[1]}", flush=True)
    # The other side logs nothing either.
    config = uvicorn.Config(app, access_log=False, log_level="warning", loop="uvloop", http="httptools")
    await uvicorn.Server(config).serve(sockets=[listener])


def watch():
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=watch, daemon=True).start()
    import uvloop

    uvloop.run(main())
