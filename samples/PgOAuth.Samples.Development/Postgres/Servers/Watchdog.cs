using System.ComponentModel;
using System.Diagnostics;
using PgOAuth.Samples.Development.Postgres.Processes;

namespace PgOAuth.Samples.Development.Postgres.Servers;

/// <summary>
/// A shell that outlives us: it waits for the end of a pipe that only this process holds open, which comes however this process
/// ends, then stops the server and removes its folder. Where there is no shell, the next start sweeps instead.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    // $1 is the server's folder. The process id in postmaster.pid is trusted only if that process works in this data folder:
    // after a reboot the same number belongs to a stranger. A folder that is not our own is left alone: in a shared temporary
    // folder anybody can make one. SIGQUIT is the server's immediate shutdown.
    private const string Script =
        """
        trap '' INT TERM HUP
        while read -r _; do :; done
        data=$1/data
        [ -O "$1" ] && [ ! -L "$1" ] && [ ! -L "$data" ] || exit 0
        pid=$(head -n 1 "$data/postmaster.pid" 2>/dev/null)
        if [ -n "$pid" ]; then
          if [ -d /proc/self ]; then
            [ "$(readlink "/proc/$pid/cwd")" = "$(cd "$data" && pwd -P)" ] || pid=
          else
            case $(ps -o args= -p "$pid" 2>/dev/null) in *"$data"*) ;; *) pid= ;; esac
          fi
        fi
        if [ -n "$pid" ]; then
          kill -QUIT "$pid"
          n=0
          while [ -f "$data/postmaster.pid" ] && kill -0 "$pid" 2>/dev/null && [ "$n" -lt 100 ]; do
            sleep 0.1
            n=$((n + 1))
          done
        fi
        rm -rf "$1"
        """;

    private readonly Process _shell;

    private Watchdog(Process shell)
    {
        _shell = shell;
    }

    /// <summary>Starts to watch; null where there is no shell.</summary>
    public static Watchdog? Start(string serverDirectory)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        // In a session of its own it also survives what is sent to our process group.
        ProcessCommand command = Executables.Find("setsid") is { } setsid
            ? new ProcessCommand(setsid, "sh", "-c", Script, "pgoauth-watchdog", serverDirectory)
            : new ProcessCommand("sh", "-c", Script, "pgoauth-watchdog", serverDirectory);
        var start = (command with { WorkingDirectory = "/" }).ToStartInfo();
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        try
        {
            return new Watchdog(Process.Start(start)!);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Lets it do its work now, and waits for it.</summary>
    public async Task FireAsync(CancellationToken cancellationToken)
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        // Closes the pipe: the shell finds nothing left to do and goes.
        _shell.Dispose();
    }
}
