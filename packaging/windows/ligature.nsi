; The installer for one user of Windows: no administrator is asked. Compiled by installers.py.
;
; How programs use it:
;   setup.exe [/S] [/RELAUNCH] [/D=FOLDER]
;     /S          shows nothing and asks nothing. A program that runs is asked to close, as by its window's own button,
;                 and is given a minute.
;     /RELAUNCH   for a program that replaces itself: it starts this with /S and ends. It is given a minute to do that and
;                 is not asked; then the new version is installed and started, or the old one, if that fails, with the
;                 arguments that the environment variable LIGATURE_ARGUMENTS has.
;     /D          the folder; comes last and has no quotes. Without it: the one of the last time, or the usual one.
;   uninstall.exe [/S]   with /S the chats and settings stay.
; Exit status: 0 done, 1 cancelled, 2 failed, 3 the folder is another program's, 4 files cannot be written,
;   5 the program still runs.
;
; An upgrade is unpacked beside the old version and takes its place when it is complete: so nothing of the old one
; stays, and a full disk leaves it as it was. Chats and settings are in %LOCALAPPDATA%\ligature and are not touched.

Target amd64-unicode
!include "FileFunc.nsh"
!include "LogicLib.nsh"
!include "MUI2.nsh"
!include "WinMessages.nsh"
!include "WinVer.nsh"

!define CLASSES "Software\Classes"
!define APPLICATION "${CLASSES}\Applications\ligature.exe"
!define APP_PATH "Software\Microsoft\Windows\CurrentVersion\App Paths\ligature.exe"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Ligature"
!define DATA "$LOCALAPPDATA\ligature"
!define SHORTCUT "$SMPROGRAMS\Ligature.lnk"
!define STATUS_OTHER_PROGRAM 3
!define STATUS_NOT_WRITTEN 4
!define STATUS_RUNNING 5

Name "Ligature"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\Ligature"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
RequestExecutionLevel user
SetCompressor /SOLID lzma
SetDateSave off
ManifestDPIAware true
BrandingText "Ligature ${VERSION}"
VIProductVersion "${FOUR_NUMBERS}"
VIAddVersionKey "ProductName" "Ligature"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Installs Ligature"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "CompanyName" "${PUBLISHER}"
VIAddVersionKey "LegalCopyright" "${COPYRIGHT}"
!ifdef SIGN
    !uninstfinalize '${SIGN} "%1"'
!endif

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${SIDEBAR}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\ligature.exe"
!define MUI_FINISHPAGE_RUN_TEXT "Start Ligature"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

Var relaunch
Var arguments
Var running
Var failed

; What installer and uninstaller both do.
!macro ENDING un
; $running is 1 if the program in $INSTDIR runs: then its file cannot be written to.
Function ${un}LookWhetherItRuns
    StrCpy $running 0
    ${If} ${FileExists} "$INSTDIR\ligature.exe"
        ClearErrors
        FileOpen $0 "$INSTDIR\ligature.exe" a
        ${If} ${Errors}
            StrCpy $running 1
        ${Else}
            FileClose $0
        ${EndIf}
    ${EndIf}
FunctionEnd

Function ${un}WaitForItsEnd
    StrCpy $1 0
    ${Do}
        Call ${un}LookWhetherItRuns
        ${If} $running = 0
            ${ExitDo}
        ${EndIf}
        Sleep 250
        IntOp $1 $1 + 250
    ${LoopUntil} $1 > ${WAIT_S}000
FunctionEnd

; As if its windows' own buttons were pressed; other copies of the program, in other folders, stay.
Function ${un}CloseItsWindows
    StrCpy $1 0
    ${Do}
        System::Call 'user32::FindWindowExW(p 0, p r1, p 0, p 0) p .r1'
        ${If} $1 P= 0
            ${ExitDo}
        ${EndIf}
        System::Call 'user32::IsWindowVisible(p r1) i .r2'
        ${If} $2 <> 0
            StrCpy $5 ""
            System::Call 'user32::GetWindowThreadProcessId(p r1, *i .r3)'
            System::Call 'kernel32::OpenProcess(i 0x1000, i 0, i r3) p .r4' ; PROCESS_QUERY_LIMITED_INFORMATION
            System::Call 'kernel32::QueryFullProcessImageNameW(p r4, i 0, w .r5, *i ${NSIS_MAX_STRLEN})'
            System::Call 'kernel32::CloseHandle(p r4)'
            ${If} $5 == "$INSTDIR\ligature.exe"
                System::Call 'user32::PostMessageW(p r1, i ${WM_CLOSE}, p 0, p 0)'
            ${EndIf}
        ${EndIf}
    ${Loop}
FunctionEnd

Function ${un}EndIt
    ${Do}
        Call ${un}LookWhetherItRuns
        ${If} $running = 0
            Return
        ${EndIf}
        ${IfNot} ${Silent}
            MessageBox MB_OKCANCEL|MB_ICONINFORMATION "Ligature is running and has to be closed first. \
                Answers that still arrive are kept as far as they came.$\r$\n$\r$\nClose it now?" IDOK +3
            SetErrorLevel 1
            Quit
        ${EndIf}
        ${If} $relaunch <> 1
            Call ${un}CloseItsWindows
        ${EndIf}
        Call ${un}WaitForItsEnd
        ${If} $running = 1
        ${AndIf} ${Silent}
            SetErrorLevel ${STATUS_RUNNING}
            Quit
        ${EndIf}
    ${Loop}
FunctionEnd
!macroend
!insertmacro ENDING ""
!insertmacro ENDING "un."

Function .onInit
    ${IfNot} ${AtLeastWin10}
        MessageBox MB_OK|MB_ICONSTOP "Ligature needs Windows 10 or newer." /SD IDOK
        Abort
    ${EndIf}
    StrCpy $relaunch 0
    ${GetParameters} $0
    ClearErrors
    ${GetOptions} $0 "/RELAUNCH" $1
    ${IfNot} ${Errors}
        StrCpy $relaunch 1
    ${EndIf}
    ReadEnvStr $arguments "LIGATURE_ARGUMENTS"
FunctionEnd

Function un.onInit
    StrCpy $relaunch 0
FunctionEnd

; Puts one part of the new version in the old one's place.
!macro REPLACE part
    ${If} ${FileExists} "$INSTDIR\${part}"
        Rename "$INSTDIR\${part}" "$INSTDIR\_old-version\${part}"
    ${EndIf}
    Rename "$INSTDIR\_new-version\${part}" "$INSTDIR\${part}"
!macroend

!macro PUT_BACK part
    ${If} ${FileExists} "$INSTDIR\_old-version\${part}"
        Rename "$INSTDIR\${part}" "$INSTDIR\_new-version\${part}"
        Rename "$INSTDIR\_old-version\${part}" "$INSTDIR\${part}"
    ${EndIf}
!macroend

!macro REMOVE part
    Delete "$INSTDIR\${part}"
    RMDir /r "$INSTDIR\${part}"
!macroend

Section
    ${If} ${FileExists} "$INSTDIR\_internal\*"
    ${AndIfNot} ${FileExists} "$INSTDIR\packaged-as"
        SetErrorLevel ${STATUS_OTHER_PROGRAM}
        MessageBox MB_OK|MB_ICONSTOP "There is another program in $INSTDIR. Please choose another folder." /SD IDOK
        Abort "There is another program in $INSTDIR."
    ${EndIf}
    Call EndIt
    RMDir /r "$INSTDIR\_new-version"
    RMDir /r "$INSTDIR\_old-version"
    StrCpy $failed 0
    SetOverwrite try
    ClearErrors
    SetOutPath "$INSTDIR\_new-version"
    File /r "${PAYLOAD}/*"
    SetOutPath "$INSTDIR\_old-version"
    SetOutPath "$INSTDIR"
    ${If} ${Errors}
        StrCpy $failed 1
    ${Else}
        !insertmacro EACH_PART REPLACE
        ${If} ${Errors}
            StrCpy $failed 1
            !insertmacro EACH_PART PUT_BACK
        ${EndIf}
    ${EndIf}
    RMDir /r "$INSTDIR\_new-version"
    RMDir /r "$INSTDIR\_old-version"
    ${If} $failed = 1
        SetErrorLevel ${STATUS_NOT_WRITTEN}
        MessageBox MB_OK|MB_ICONSTOP "The files cannot be written to $INSTDIR. Is there room on the disk?" /SD IDOK
        Abort "The files cannot be written to $INSTDIR."
    ${EndIf}
    WriteUninstaller "$INSTDIR\uninstall.exe"

    CreateShortcut "${SHORTCUT}" "$INSTDIR\ligature.exe"
    WriteRegStr HKCU "${APP_PATH}" "" "$INSTDIR\ligature.exe"

    WriteRegStr HKCU "${CLASSES}\${SCHEME}" "" "URL:Ligature"
    WriteRegStr HKCU "${CLASSES}\${SCHEME}" "URL Protocol" ""
    WriteRegStr HKCU "${CLASSES}\${SCHEME}\DefaultIcon" "" "$INSTDIR\ligature.exe,0"
    WriteRegStr HKCU "${CLASSES}\${SCHEME}\shell\open\command" "" '"$INSTDIR\ligature.exe" "%1"'

    WriteRegStr HKCU "${APPLICATION}" "FriendlyAppName" "Ligature"
    WriteRegStr HKCU "${APPLICATION}\DefaultIcon" "" "$INSTDIR\ligature.exe,0"
    WriteRegStr HKCU "${APPLICATION}\shell\open\command" "" '"$INSTDIR\ligature.exe" "%1"'
    !insertmacro EACH_PICTURE_TYPE

    WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "Ligature"
    WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
    WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\ligature.exe,0"
    WriteRegStr HKCU "${UNINSTALL}" "Publisher" "${PUBLISHER}"
    WriteRegStr HKCU "${UNINSTALL}" "URLInfoAbout" "${HOMEPAGE}"
    WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
    WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
    WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" ${SIZE_KIB}
    WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
    WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
    ${RefreshShellIcons}
SectionEnd

Function .onInstSuccess
    ${If} $relaunch = 1
        Exec '"$INSTDIR\ligature.exe" $arguments'
    ${EndIf}
FunctionEnd

Function .onInstFailed
    ${If} $relaunch = 1
    ${AndIf} ${FileExists} "$INSTDIR\ligature.exe"
        Exec '"$INSTDIR\ligature.exe" $arguments'
    ${EndIf}
FunctionEnd

Section "Uninstall"
    Call un.EndIt
    !insertmacro EACH_PART REMOVE
    Delete "$INSTDIR\uninstall.exe"
    SetOutPath "$TEMP"
    RMDir "$INSTDIR" ; only if it is empty: what others put there stays
    Delete "${SHORTCUT}"
    DeleteRegKey HKCU "${APP_PATH}"
    DeleteRegKey HKCU "${CLASSES}\${SCHEME}"
    DeleteRegKey HKCU "${APPLICATION}"
    DeleteRegKey HKCU "${UNINSTALL}"
    ${If} ${FileExists} "${DATA}"
        MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "Ligature is removed. Your chats, pictures and settings are \
            still in ${DATA}.$\r$\n$\r$\nDelete them, too? They cannot be brought back." /SD IDNO IDNO +2
        RMDir /r "${DATA}"
    ${EndIf}
    ${RefreshShellIcons}
SectionEnd
