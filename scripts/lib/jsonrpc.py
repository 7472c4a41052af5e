"""JSON-RPC and plain HTTP to this machine, past any proxy."""

import json
import urllib.error
import urllib.request

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class RpcError(Exception):
    """The node answered with an error."""

    def __init__(self, error: dict):
        super().__init__(error.get("message", "no reason given"))
        self.code = error.get("code")
        data = error.get("data")
        self.kind = data.get("kind") if isinstance(data, dict) else None


def call(url: str, method: str, *params, timeout: float = 10):
    """One request by POST. Raises OSError when nobody answers, RpcError when the node refuses."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with _DIRECT.open(request, timeout=timeout) as response:
        answer = json.load(response)
    if "error" in answer:
        raise RpcError(answer["error"])
    return answer["result"]


def http(method: str, url: str, body: bytes = None, timeout: float = 30):
    """One HTTP request: (status, body). Refusals are answers."""
    request = urllib.request.Request(url, body, method=method)
    try:
        with _DIRECT.open(request, timeout=timeout) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read()
