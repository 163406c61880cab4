/* In the place of ligature.exe: tells its version, writes down how it was started, and has a window if asked to.

   started.txt in the data folder gets a line for each start. `--window` shows a window until it is closed, `--stubborn`
   one that cannot be closed, and `--hold=FILE` one for as long as it keeps others from changing a file. */
#include <stdio.h>
#include <wchar.h>
#include <windows.h>

static int stubborn;

static void note(const wchar_t *text) {
    wchar_t path[MAX_PATH];
    ExpandEnvironmentStringsW(L"%LOCALAPPDATA%\\ligature", path, MAX_PATH);
    CreateDirectoryW(path, NULL);
    wcscat(path, L"\\started.txt");
    FILE *file = _wfopen(path, L"ab");
    fprintf(file, "%s:%ls\n", VERSION, text);
    fclose(file);
}

static LRESULT CALLBACK handle(HWND window, UINT message, WPARAM w, LPARAM l) {
    if (message == WM_CLOSE && stubborn) return 0;
    if (message == WM_DESTROY) PostQuitMessage(0);
    return DefWindowProcW(window, message, w, l);
}

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE before, PWSTR arguments, int shown) {
    MSG message;
    if (wcscmp(arguments, L"--version") == 0) {
        printf("Ligature %s\n", VERSION);
        return 0;
    }
    stubborn = wcscmp(arguments, L"--stubborn") == 0;
    int holds = wcsncmp(arguments, L"--hold=", 7) == 0;
    if (holds) CreateFileW(arguments + 7, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (stubborn || holds || wcscmp(arguments, L"--window") == 0) {
        WNDCLASSW kind = {.lpfnWndProc = handle, .hInstance = instance, .lpszClassName = L"Window"};
        RegisterClassW(&kind);
        if (!CreateWindowW(L"Window", L"Ligature", WS_OVERLAPPEDWINDOW | WS_VISIBLE, 0, 0, 200, 100, NULL, NULL, instance, NULL))
            return 1;
        note(arguments);
        while (GetMessageW(&message, NULL, 0, 0) > 0) DispatchMessageW(&message);
        note(L"closed");
        return 0;
    }
    note(arguments);
    return 0;
}
