"""A cluster as an executor: a running Dask scheduler and its workers, where `docfill-forms[cluster]` is installed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from docfill.problems import DocfillError

PATIENCE = "20s"
"""How long a scheduler may take to answer."""


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """The executor of a Dask scheduler, and how many tasks its workers do at once.

    Args:
        address: "tcp://host:8786".

    Raises:
        DocfillError: Dask is not installed, no scheduler answers, or it has no worker.
    """
    try:
        from distributed import Client
    except ImportError:
        raise DocfillError(
            '使用集群需要安装 Dask：pip install "docfill-forms[cluster]"',
            'a cluster needs Dask: pip install "docfill-forms[cluster]"',
            "needs-package",
        ) from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise DocfillError(
            f"无法连接集群 {address}（{error}）；地址应如 tcp://主机:8786",
            f"cannot reach the cluster at {address} ({error}); an address looks like tcp://host:8786",
            "unreachable",
        ) from None
    with client:
        jobs = sum(client.nthreads().values())
        if not jobs:
            raise DocfillError(
                f"集群 {address} 中没有工作进程，请先启动 dask worker {address}",
                f"the cluster at {address} has no workers; start some with dask worker {address}",
                "unreachable",
            )
        # not pure: a task that is sent again is to be done again
        yield client.get_executor(pure=False), jobs
