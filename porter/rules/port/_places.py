"""Whether a name can be introduced: nothing else goes by it where it is bound and used, and nothing else would see it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterable

from porter.analysis.exports import is_exported
from porter.analysis.model import ModuleModel
from porter.analysis.scopes import BindingKind, Scope
from porter.rules.port._per_model import per_model


def can_bind(name: str, scope: Scope, uses: Iterable[ast.AST], model: ModuleModel, freed: Collection[str] = ()) -> bool:
    """Whether `name`, bound by an import in `scope`, is what each of the `uses` sees, and nothing else sees it.

    `freed` are names whose own binding in the scope goes with the same change.
    """
    if scope.is_class or _is_dynamic(scope, model):
        return False
    if name not in freed:
        if name in scope.bindings or name in scope.globals:
            return False
        if is_used(name, model) and any(_looks_outside(name, inner, scope) for inner in scope.walk()):
            return False
    return all(reaches(name, scope, use, model) for use in uses)


def is_used(name: str, model: ModuleModel) -> bool:
    """Whether the module speaks of a variable of this name at all, whatever its scope."""
    return (ast.Name, name) in model.spelt


@per_model
def _declared_global(model: ModuleModel) -> frozenset[str]:
    """The names that the module declares `global` somewhere."""
    declarations = (node for node in model.nodes.get(ast.Global, ()) if isinstance(node, ast.Global))
    return frozenset(name for declaration in declarations for name in declaration.names)


def is_declared_global(name: str, scope: Scope, model: ModuleModel) -> bool:
    """Whether a scope, or one inside it, declares the name `global`."""
    return name in _declared_global(model) and any(name in inner.globals for inner in scope.walk())


def reaches(name: str, scope: Scope, use: ast.AST, model: ModuleModel) -> bool:
    """Whether no scope between a use and `scope` binds the name for itself."""
    inner: Scope | None = model.scope_of(use)
    while inner is not None and inner is not scope:
        if name in inner.bindings or name in inner.globals:
            return False
        inner = inner.parent
    return True


def binds_module(name: str, module: str, scope: Scope, model: ModuleModel) -> bool:
    """Whether `name` is bound in the scope already, and by nothing but imports of this very module, or of its parts."""
    found = scope.bindings.get(name, [])
    return bool(found) and all(
        binding.kind is BindingKind.IMPORT
        and isinstance(model.parent(binding.node), ast.Import)
        and binding.imported == module.partition(".")[0]
        for binding in found
    )


def builtin_visible(name: str, uses: Iterable[ast.AST], model: ModuleModel) -> bool:
    """Whether a builtin's name means the builtin at each of these places."""
    return not _is_dynamic(model.scope, model) and not any(model.is_shadowed(name, at=use) for use in uses)


def is_known_outside(name: str, scope: Scope, model: ModuleModel) -> bool:
    """Whether other files may know a name that this scope binds."""
    return scope.is_module and is_exported(name, model)


def _looks_outside(name: str, inner: Scope, scope: Scope) -> bool:
    """Whether a use of the name inside the scope refers to a builtin, or to something around the scope."""
    if name not in inner.uses:
        return False
    owner = inner.owner(name)
    return owner is None or owner not in scope.walk()


def _is_dynamic(scope: Scope, model: ModuleModel) -> bool:
    """Whether names may be bound in the scope that nobody sees; a star import of the library binds no module's name."""
    if not scope.dynamic:
        return False
    if not scope.is_module or len(scope.star_imports) == 0:
        return True
    return any(not is_library(module, model) for module in scope.star_imports)


def is_library(module: str, model: ModuleModel) -> bool:
    """Whether a dotted module is Python's own, by either Python's name for it."""
    first = module.partition(".")[0]
    return first in sys.stdlib_module_names | _OLD_LIBRARY and first not in model.tree.neighbours


def presumed(node: ast.AST, model: ModuleModel) -> str | None:
    """The dotted name of `os.getcwdu` where nothing in the file binds `os`: a star import may, or whoever runs the code.

    None where the first name is bound, or is no module of the library.
    """
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not parts or not isinstance(node, ast.Name) or not is_library(node.id, model):
        return None
    if model.bindings(node) or model.resolve(node) is not None:
        return None
    return ".".join((node.id, *reversed(parts)))


_OLD_LIBRARY = frozenset(
    "BaseHTTPServer Bastion CGIHTTPServer ConfigParser Cookie Dialog DocXMLRPCServer FileDialog HTMLParser Queue ScrolledText "
    "SimpleDialog SimpleHTTPServer SimpleXMLRPCServer SocketServer StringIO Tix Tkconstants Tkdnd Tkinter UserDict UserList "
    "UserString anydbm cPickle cStringIO commands cookielib copy_reg httplib md5 new popen2 rfc822 sets sha sgmllib string "
    "thread tkColorChooser tkCommonDialog tkFileDialog tkFont tkMessageBox tkSimpleDialog ttk urllib2 urlparse xmlrpclib".split()
)
