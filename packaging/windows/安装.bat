@echo off
rem Installs docfill into the folder "app" beside this file, without a network.
setlocal
cd /d "%~dp0"
call find-python.bat
if not errorlevel 1 %PYTHON% install.py
pause
