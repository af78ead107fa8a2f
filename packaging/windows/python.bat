@rem Finds Python: the embeddable zip unpacked into the folder "python", else the one that is installed.
@set PYTHON=
@if exist "%~dp0python\python.exe" set PYTHON="%~dp0python\python.exe"
@if not defined PYTHON py -3 -c "" >nul 2>nul && set PYTHON=py -3
@if not defined PYTHON python -c "" >nul 2>nul && set PYTHON=python
@if defined PYTHON exit /b 0
@echo There is no Python; see the file README / 没有 Python，请看 README 文件
@exit /b 1
