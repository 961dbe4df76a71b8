"""What JupyterLab saves of a picture: the still one, since the live one ends with its kernel.

A saved notebook that is opened again would else say "model not found" in the place of each picture.
"""

from typing import Any, Final

LIVE: Final = "application/vnd.jupyter.widget-view+json"
STILL: Final = "image/svg+xml"


def keep_stills(model: dict[str, Any], **_: Any) -> None:
    """Take what lives out of a notebook that is about to be saved, where a still is beside it."""
    if model["type"] != "notebook":
        return
    for cell in model["content"].get("cells", ()):
        for output in cell.get("outputs", ()):
            if STILL in (data := output.get("data", {})):
                data.pop(LIVE, None)
