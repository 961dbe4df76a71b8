"""What runs the notebooks: the Python that has opened them, whatever kernels are installed."""

from jupyter_client.kernelspec import KernelSpecManager


class OneKernel(KernelSpecManager):
    """Finds no kernel in any folder, so that the native one is all there is.

    A kernel named `python3` in a folder of JUPYTER_PATH would come before ours, and have none of
    our packages.
    """

    def _kernel_dirs_default(self) -> list[str]:
        return []
