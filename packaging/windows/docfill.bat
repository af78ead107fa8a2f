@echo off
rem The command line: docfill.bat extract ...
setlocal
call "%~dp0find-python.bat"
if not errorlevel 1 %PYTHON% "%~dp0docfill.py" %*
