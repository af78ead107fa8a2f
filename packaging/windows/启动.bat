@echo off
rem Starts docfill and the browser; close this window to end it.
setlocal
cd /d "%~dp0"
call python.bat || (pause & exit /b 1)
%PYTHON% docfill.py serve %*
if errorlevel 1 pause
