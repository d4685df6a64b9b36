"""Receive what Plumbline tells of deviations, and believe only what is signed (standard library only).

    PLUMBLINE_SECRET=whsec_… python examples/receive_webhook.py [PORT]

The secret is that of the subscription (docs/how-to/be-told.md). It listens on 127.0.0.1, port 8090 unless said, and
prints the id and the text of each message. A message may come twice under one id: keep the ids you have seen.
"""

import base64
import hashlib
import hmac
import http.server
import json
import os
import sys
import time

KEY = base64.b64decode(os.environ["PLUMBLINE_SECRET"].removeprefix("whsec_"))


class Told(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body, head = self.rfile.read(int(self.headers["Content-Length"])), self.headers
        signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + body
        own = "v1," + base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        fresh = abs(time.time() - int(head["webhook-timestamp"])) < 300
        good = fresh and any(hmac.compare_digest(own, one) for one in head["webhook-signature"].split())
        if good:
            print(head["webhook-id"], json.loads(body)["data"]["text"], flush=True)
        self.send_response(204 if good else 401)
        self.end_headers()


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8090
    http.server.HTTPServer(("127.0.0.1", port), Told).serve_forever()
