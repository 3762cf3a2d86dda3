"""A little OpenID Connect service on loopback, as an agency has one: it signs in whoever the test says, and can lie."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "ohsc", "a-secret-of-the-service"


class Service:
    """`subject` is who sits at its keyboard; `lies` go into the id token, "signature" signs it with another key."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.subject, self.lies, self.facts, self.codes = "subject-1", {}, {}, {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def sign_in(self, address: str) -> str:
        """What the service does with a browser that is sent to it: the address it sends it back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.issuer}/authorize?")
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def id_token(self, asked: dict) -> str:
        now = int(time.time())
        said = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
            "email": "ben@northshire-police.example",
            "email_verified": True,
        }
        said |= {name: value for name, value in self.lies.items() if name in said}
        key = rsa.generate_private_key(65537, 2048) if "signature" in self.lies else self.key
        return jwt.encode(said, key, algorithm="RS256", headers={"kid": "one"})

    def token(self, given: dict) -> dict | None:
        asked = self.codes.pop(given.get("code"), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(given.get("code_verifier", "").encode()).digest())
        right = asked and proof.rstrip(b"=").decode() == asked["code_challenge"]
        if not right or (given["client_id"], given["client_secret"]) != (CLIENT, SECRET):
            return None
        return {"access_token": "unused", "token_type": "Bearer", "id_token": self.id_token(asked)}

    def published(self) -> dict:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        } | self.facts

    def keys(self) -> dict:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": "one", "alg": "RS256", "use": "sig"}]}

    def _handler(self):
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                known = {"/.well-known/openid-configuration": service.published, "/keys": service.keys}
                self.say(known[self.path]() if self.path in known else None)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self.say(service.token({name: values[0] for name, values in parse_qs(body).items()}))

            def say(self, what):
                self.send_response(200 if what else 400)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(what or {}).encode())

            def log_message(self, *args):
                pass

        return Handler
