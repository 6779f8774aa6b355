"""Configures a server that reconnects to its kernels after a restart; Jupyter's own does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_data_dir, jupyter_runtime_dir
from jupyter_server._tz import utcnow
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager


class ReconnectingKernelManager(AsyncMappingKernelManager):
    """Adopts the kernels whose connection files the previous server has left."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        for file in Path(jupyter_runtime_dir()).glob("kernel-*.json"):
            kernel_id = file.stem.removeprefix("kernel-")
            manager = self.kernel_manager_factory(parent=self, log=self.log, owns_kernel=False)
            manager.load_connection_file(str(file))
            manager.kernel_id, manager.kernel_name = kernel_id, "python3"
            manager.execution_state, manager.reason, manager.last_activity = "idle", "", utcnow()
            manager.ready.set_result(None)
            self._kernels[kernel_id] = manager
            self._kernel_ports[kernel_id] = manager.ports
            self._kernel_connections[kernel_id] = 0


c = get_config()  # type: ignore[name-defined]  # noqa: F821
c.ServerApp.kernel_manager_class = ReconnectingKernelManager
c.SessionManager.database_filepath = str(Path(jupyter_data_dir()) / "sessions.sqlite")
