"""Whole authentications by py_webauthn, from the files that `--dump` of the bench writes: see the README beside it."""

import base64
import json
import pathlib
import statistics
import sys
import time

import webauthn
from webauthn import verify_authentication_response

ROUNDS = 2001


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def judge(case):
    """Microseconds from JSON to verdict: the median."""
    # As a web framework hands it over.
    body = json.dumps(case["credential"])
    challenge, key = decode(case["challenge"]), decode(case["public_key"])
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter_ns()
        verify_authentication_response(
            credential=body,
            expected_challenge=challenge,
            expected_rp_id=case["rp_id"],
            expected_origin=case["origin"],
            credential_public_key=key,
            credential_current_sign_count=case["sign_count"],
            require_user_verification=True,
        )
        times.append(time.perf_counter_ns() - start)
    return statistics.median(times) / 1000


def main():
    print(f"| py_webauthn {webauthn.__version__}, Python {sys.version.split()[0]} | whole, us | to bare aws-lc-rs ES256 |")
    print("|---|---|---|")
    for file in sorted(pathlib.Path(sys.argv[1]).glob("*.json")):
        case = json.loads(file.read_text())
        taken = judge(case)
        print(f"| authentication {case['algorithm']} | {taken:.1f} | {taken / case['bare_us']:.2f} |")


main()
