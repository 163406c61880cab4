# Installs what was made for Windows, asks the program whether it works, and removes it again: smoke.ps1 DIST.
param([Parameter(Mandatory)] [string] $Dist)
$ErrorActionPreference = "Stop"

function Invoke-Program([string] $Program, [string[]] $Arguments) {
    Write-Output "$Program $Arguments"
    $process = Start-Process -FilePath $Program -ArgumentList $Arguments -Wait -PassThru
    if ($process.ExitCode -ne 0) { throw "It ended with $($process.ExitCode)." }
}

function Test-Installed([string] $Folder, [string] $Kind) {
    $mark = (Get-Content (Join-Path $Folder "packaged-as")).Trim()
    if ($mark -ne $Kind) { throw "It says that it came as $mark." }
    $data = Join-Path ([IO.Path]::GetTempPath()) "ligature-smoke-$Kind"
    Invoke-Program (Join-Path $Folder "ligature.exe") @("--data-dir", "`"$data`"", "--smoke")
}

function Wait-Gone([string] $File) {
    foreach ($second in 1..60) {
        if (-not (Test-Path $File)) { return }
        Start-Sleep -Seconds 1
    }
    throw "$File is still there."
}

$folder = Join-Path $env:LOCALAPPDATA "Programs\Ligature"
Invoke-Program (Get-Item (Join-Path $Dist "ligature-*-setup.exe")).FullName @("/S")
Test-Installed $folder "nsis"
if (-not (Test-Path "HKCU:\Software\Classes\ligature\shell\open\command")) { throw "The scheme is not registered." }
Invoke-Program (Join-Path $folder "uninstall.exe") @("/S") # goes on by itself, in a copy
Wait-Gone (Join-Path $folder "ligature.exe")

$package = (Get-Item (Join-Path $Dist "ligature-*.msi")).FullName
$folder = Join-Path $env:ProgramFiles "Ligature"
Invoke-Program "msiexec.exe" @("/i", "`"$package`"", "/qn")
Test-Installed $folder "msi"
Invoke-Program "msiexec.exe" @("/x", "`"$package`"", "/qn")
Wait-Gone (Join-Path $folder "ligature.exe")
