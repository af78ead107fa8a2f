@echo off
rem Starts docfill and the browser; close this window to end it.
setlocal
cd /d "%~dp0"
call find-python.bat
if not errorlevel 1 %PYTHON% docfill.py serve %*
if errorlevel 1 pause
