@echo off
rem The command line: docfill.bat extract ...
setlocal
set HERE=%~dp0
call "%HERE%python.bat" || exit /b 1
%PYTHON% "%HERE%docfill.py" %*
