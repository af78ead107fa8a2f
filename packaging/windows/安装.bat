@echo off
rem Installs docfill into the folder "app" beside this file, without a network.
setlocal
cd /d "%~dp0"
call python.bat || (pause & exit /b 1)
for /f %%v in ('%PYTHON% -c "import sys; print('%%d.%%d' %% sys.version_info[:2])"') do set VERSION=%%v
if not exist "requirements-%VERSION%.txt" (
  echo Python %VERSION%: 3.11, 3.12 or 3.13 of 64 bit is needed / 需要 64 位的 Python 3.11 到 3.13
  pause
  exit /b 1
)
for %%w in (wheels\pip-*.whl) do set PIP=%%w
if exist app rmdir /s /q app
%PYTHON% "%PIP%\pip" install --no-index --find-links wheels --require-hashes --no-deps --target app -r "requirements-%VERSION%.txt"
if errorlevel 1 (
  echo Not installed / 没有装成
  pause
  exit /b 1
)
%PYTHON% docfill.py --version
pause
