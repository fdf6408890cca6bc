"""Headers are an email.message.Message in Python 3: `headers.getheader(name)` is `headers.get(name)`.

https://docs.python.org/3/library/http.client.html#httpmessage-objects
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst

from porter.analysis.model import ModuleModel
from porter.rewriting.conversion import Risk
from porter.rewriting.rule import Advice, Example, Match, Rewritten, Rule, Untouched
from porter.rules.port._handlers import caught_classes
from porter.rules.port._sockets import handler_class
from porter.rules.port._spelt import attributes_spelt
from porter.rules.port._templates import filled

# What a call with so many arguments becomes; {0} are the headers.
_CALLS = {
    ("getheader", 1): "{0}.get({1})",
    ("getheader", 2): "{0}.get({1}, {2})",
    ("getheaders", 1): "{0}.get_all({1}, [])",
    ("getrawheader", 1): "{0}.get({1})",
    ("gettype", 0): "{0}.get_content_type()",
    ("getmaintype", 0): "{0}.get_content_maintype()",
    ("getsubtype", 0): "{0}.get_content_subtype()",
    ("getparam", 1): "{0}.get_param({1})",
    ("getencoding", 0): '{0}.get("Content-Transfer-Encoding", "7bit").lower()',
}
_READS = {"dict": "dict((name.lower(), value) for name, value in {0}.items())", "typeheader": '{0}.get("Content-Type")'}
_GONE = {
    "headers": "the lines as they came are not kept: items() gives names and values",
    "getallmatchingheaders": "get_all(name) gives the values",
    "getfirstmatchingheader": "get(name) gives the first value",
    "getplist": "get_params() gives names and values",
    "addheaders": "add_header(name, value) adds one",
}
_METHODS = frozenset(method for method, _ in _CALLS)


class MessageHeaders(Rule):
    code = "PORT118"
    name = "message-headers"
    summary = "ask headers by get() and get_all()"
    why = (
        "The headers of a response (urlopen(), http.client) and of a request handler were a mimetools.Message; they are an "
        "email.message.Message now, with other methods. It gives None for a header that is not there, where the old one raised KeyError."
    )
    risk = Risk.SUGGESTED
    source = "https://docs.python.org/3/library/http.client.html#httpmessage-objects"
    triggers = _METHODS | {"typeheader", "info", "headers"}
    visits = (ast.Module,)
    examples = (
        Example(
            "from BaseHTTPServer import BaseHTTPRequestHandler\nclass H(BaseHTTPRequestHandler):\n    def do_POST(self):\n"
            "        n = int(self.headers.getheader('content-length', 0))\n        print self.headers.getheaders('a'), n\n",
            "from http.server import BaseHTTPRequestHandler\nclass H(BaseHTTPRequestHandler):\n    def do_POST(self):\n"
            "        n = int(self.headers.get('content-length', 0))\n        print(self.headers.get_all('a', []), n)\n",
        ),
        Example(
            "import urllib2\nanswer = urllib2.urlopen('http://localhost/')\nkind = answer.info().gettype()\n",
            "import urllib.request\nanswer = urllib.request.urlopen('http://localhost/')\n"
            "kind = answer.info().get_content_type()\n",
        ),
        Untouched("print response.getheader('a')\n", because="a response of http.client still has it"),
        Untouched("print table.headers.dict\n", because="nothing says that these are a message's headers"),
        Untouched(
            "kind = plugin.info().gettype()\nx = `1`\n", because="an object of the program's own may have such a method"
        ),
    )

    def find(self, node: ast.AST, model: ModuleModel) -> Iterator[Match | Advice]:
        for asked in attributes_spelt(model, {*_METHODS, *_READS, *_GONE}):
            yield from self._asked(asked, model)
        for item in model.nodes.get(ast.Subscript, ()):
            assert isinstance(item, ast.Subscript)
            yield from _looked_up(item, model)

    def _asked(self, node: ast.Attribute, model: ModuleModel) -> Iterator[Match | Advice]:
        certain = _is_headers(node.value, model)
        if certain is None or (not certain and not node.attr.startswith("getheader")):
            return
        if not certain and model.tree.defines_method(node.attr):
            return
        # Of a header that comes several times get() gives the first, where Python 2 gave the last, or all of them.
        is_safe = certain and node.attr != "getheader"
        yield from _asked(node, Risk.SAFE if is_safe else Risk.SUGGESTED, model)

    def rewrite(self, node: cst.BaseExpression, match: Match) -> Rewritten:
        if isinstance(node, cst.Call):
            target = cst.ensure_type(node.func, cst.Attribute)
            return filled(match.data, [target.value, *(item.value for item in node.args)])
        return filled(match.data, [cst.ensure_type(node, cst.Attribute).value])


def _asked(node: ast.Attribute, risk: Risk, model: ModuleModel) -> Iterator[Match | Advice]:
    called = model.parent(node)
    if node.attr in _READS:
        yield Match(node, risk, data=_READS[node.attr])
        return
    if isinstance(called, ast.Call) and called.func is node and not called.keywords:
        template = _CALLS.get((node.attr, len(called.args)))
        if template is not None and not any(isinstance(item, ast.Starred) for item in called.args):
            yield Match(called, risk, data=template)
            return
    yield Advice(node, f"the headers have no {node.attr} in Python 3: {_GONE.get(node.attr, 'ask them by get()')}")


def _looked_up(node: ast.Subscript, model: ModuleModel) -> Iterator[Advice]:
    """`headers['x']` where a KeyError is expected of a header that is not there."""
    if not isinstance(node.ctx, ast.Load) or not _is_headers(node.value, model):
        return
    inner: ast.AST = node
    for outer in model.ancestors(node):
        if isinstance(outer, ast.Try) and inner in outer.body:
            caught = [item for handler in outer.handlers for item in caught_classes(handler)]
            if any(isinstance(item, ast.Name) and item.id == "KeyError" for item in caught):
                yield Advice(node, "a header that is not there is None in Python 3, no KeyError: ask for it by get()")
            return
        inner = outer


def _is_headers(node: ast.expr, model: ModuleModel) -> bool | None:
    """Whether a value is a message's headers: certainly, by what it is called (False), or not at all (None)."""
    match node:
        case ast.Attribute(value=owner, attr="headers" | "msg"):
            if isinstance(owner, ast.Name) and owner.id == "self" and handler_class(node, model) is not None:
                return True
            if model.library_type(model.kind(owner)) == "http.client.HTTPResponse":
                return True
            return False if node.attr == "headers" else None
        case ast.Call(func=ast.Attribute(value=owner, attr="info"), args=[]):
            return model.library_type(model.kind(owner)) == "http.client.HTTPResponse"
        case ast.Name():
            values = [binding.value for binding in model.bindings(node)]
            found = {_is_headers(value, model) for value in values if isinstance(value, ast.Attribute | ast.Call)}
            return found.pop() if len(found) == 1 and all(values) else None
    return None
