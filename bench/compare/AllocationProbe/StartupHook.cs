using System.Globalization;
using System.Runtime.InteropServices;

/// <summary>
/// Loaded by the runtime before <c>Main</c> (<c>DOTNET_STARTUP_HOOKS</c>): on SIGUSR1 it writes how many bytes the process has allocated
/// into a file. So the proxy is measured as it is, without an option for it. The runtime wants this name, and no namespace.
/// </summary>
internal static class StartupHook
{
    // SIGUSR1 on Linux; the enumeration has names only for the signals that every system has.
    private const PosixSignal User1 = (PosixSignal)10;

    private static PosixSignalRegistration? _registration;

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("PGOAUTH_ALLOCATED_FILE") is { Length: > 0 } file)
        {
            _registration = PosixSignalRegistration.Create(User1, context =>
            {
                context.Cancel = true;
                Write(file);
            });
        }
    }

    private static void Write(string file)
    {
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var fresh = file + ".new";
        File.WriteAllText(fresh, allocated.ToString(CultureInfo.InvariantCulture));
        // Whoever waits for the file must not find half of it.
        File.Move(fresh, file, overwrite: true);
    }
}
