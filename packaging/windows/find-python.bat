@rem Finds Python: the embeddable zip unpacked into the folder "python", else the one that is installed.
@rem This file's own name is not python: Windows looks for a command in the current folder first.
@set PYTHON="%~dp0python\python.exe"
@if exist %PYTHON% exit /b 0
@set PYTHON=py -3
@%PYTHON% -c "" >nul 2>nul
@if not errorlevel 1 exit /b 0
@set PYTHON=python
@%PYTHON% -c "" >nul 2>nul
@if not errorlevel 1 exit /b 0
@echo There is no Python; see the file README / 没有 Python，请看 README 文件
@exit /b 1
