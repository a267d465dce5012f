"""Which classes are interfaces, which the stubs do not say.

Certain: what has a constructor is none, nor is what extends such a class; beside it every other base is one, and so is
every annotation. Likely: a class without a constructor whose methods have no names for what they take (`arg1`), since an abstract
method keeps none. The rest goes by its name, as Java's habit is (`OnClickListener`, `Parcelable`).
"""

import re

from annotated import arguments, is_static
from stubs import Declaration, Library, dotted

HABIT = re.compile(r"(Listener|Callbacks?|Observer|Owner|Provider|able|Caller|Factory2)$|[/$]On[A-Z]\w*$")
# What the rules get wrong, and the interface of our frameworks needs.
KNOWN = {
    "androidx/activity/OnBackPressedCallback": False,
    "androidx/activity/OnBackPressedDispatcher": False,
    "androidx/lifecycle/LifecycleObserver": True,
    "androidx/lifecycle/DefaultLifecycleObserver": True,
}


class Kinds:
    def __init__(self, library: Library, java: dict[str, bool]):
        self.library = library
        self._of = dict(java)  # whether it is an interface; Java's own classes were asked of Java itself
        self._of.update(KNOWN)
        for it in library.classes.values():
            bases = self.bases(it)
            extended = next((base for base in bases if self._is_surely_class(base)), None)
            if extended:
                self._of.update({base: True for base in bases if base != extended and base not in self._of})

    def bases(self, declaration: Declaration) -> list[str]:
        names = [dotted(getattr(it, "value", it) if hasattr(it, "slice") else it) for it in declaration.bases]
        return [found for it in names if (found := self.library.find(it, declaration))]

    def _is_surely_class(self, name: str) -> bool:
        it = self.library.classes.get(name)
        if it is None:
            return not self._of.get(name, True)
        constructed = any(method.name == "__init__" for method in it.methods)
        return constructed or any(self._is_surely_class(base) for base in self.bases(it))

    def is_interface(self, name: str) -> bool:
        if name not in self._of:
            self._of[name] = False  # stands in while its own bases are asked
            if name in self.library.classes:
                self._of[name] = self._judge(self.library.classes[name])
        return self._of[name]

    def _judge(self, declaration: Declaration) -> bool:
        bases = self.bases(declaration)
        if "java/lang/annotation/Annotation" in bases:
            return True
        if any(it.name == "__init__" for it in declaration.methods):
            return False
        if any(not self.is_interface(it) for it in bases):
            return False
        called = [it for it in declaration.methods if not is_static(it)]
        if any(is_nameless(it) and arguments(it) for it in called):
            return True
        return bool(called and HABIT.search(declaration.name) and not any(arguments(it) for it in called))


def is_nameless(method) -> bool:
    """Nothing tells what its arguments are called: an abstract method, if it is an interface's."""
    return all(re.fullmatch(r"arg\d+", it.arg) for it in arguments(method))
