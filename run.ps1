# The twin of ./run for Windows PowerShell; untried on Windows:  .\run.ps1 demo | test | docs | fuzz SECONDS [DOOR…]
$ErrorActionPreference = "Stop"
Set-Location $PSScriptRoot
$job = if ($args.Count) { $args[0] } else { "demo" }
$rest = @($args | Select-Object -Skip 1)
$extras = switch ($job) { "demo" { "" } "docs" { "[docs]" } "fuzz" { "[test,fuzz]" } default { "[test]" } }
$python = ".venv\Scripts\python.exe"
if (-not (Test-Path $python)) { py -3 -m venv .venv }
$noted = ".venv\.installed$extras"
$wanted = Get-Content pyproject.toml -Raw
if (-not (Test-Path -LiteralPath $noted) -or (Get-Content -LiteralPath $noted -Raw) -ne $wanted) {
    & $python -m pip install --quiet --disable-pip-version-check --editable ".$extras"
    if ($LASTEXITCODE) { exit $LASTEXITCODE }
    Copy-Item pyproject.toml -Destination ([Management.Automation.WildcardPattern]::Escape($noted))
}
$env:PATH = "$PWD\.venv\Scripts;$env:PATH"
switch ($job) {
    "demo" { python demo.py }
    "docs" { python -m mkdocs build --strict --quiet }
    "fuzz" { python -m fuzz @rest }
    "test" {
        foreach ($check in "ruff check .", "ruff format --check .", "mypy", "pytest") {
            Invoke-Expression $check
            if ($LASTEXITCODE) { exit $LASTEXITCODE }
        }
    }
    default { Write-Error "usage: .\run.ps1 demo | test | docs | fuzz SECONDS [DOOR…]"; exit 2 }
}
exit $LASTEXITCODE
