using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Threading.Channels;
using PgOAuth.Samples.Development.Postgres.Processes;
using Xunit;

namespace PgOAuth.IntegrationTests.Samples;

/// <summary>The console sample as a process of its own, with its own folder for keys and certificates.</summary>
internal sealed class ConsoleProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _errors = new();
    private readonly List<string> _output = [];

    private ConsoleProcess(Process process)
    {
        _process = process;
    }

    /// <summary>The lines read from its output so far.</summary>
    public IReadOnlyList<string> Output => _output;

    /// <summary>What it said on its error output.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    public static ConsoleProcess Start(string dataFolder, IReadOnlyDictionary<string, string> environment, params IReadOnlyList<string> arguments)
    {
        var dll = Path.Combine(AppContext.BaseDirectory, "PgOAuth.Samples.Console.dll");
        Assert.True(File.Exists(dll), $"{dll} is missing: the console sample was not built.");
        var start = new ProcessCommand("dotnet", [dll, .. arguments]).ToStartInfo();
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        start.Environment["PGOAUTH_DATA"] = dataFolder;
        start.Environment["PGOAUTH_POSTGRES"] = "";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var console = new ConsoleProcess(new Process { StartInfo = start });
        console.Begin();
        return console;
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string dataFolder, IReadOnlyDictionary<string, string> environment, params IReadOnlyList<string> arguments)
    {
        await using var console = Start(dataFolder, environment, arguments);
        var exitCode = await console.WaitForExitAsync();
        return (exitCode, string.Join('\n', console.Output), console.Errors);
    }

    /// <summary>Waits for the line <c>ready HOST:PORT</c>.</summary>
    public async Task<IPEndPoint> WaitUntilReadyAsync()
    {
        const string Ready = "ready ";
        using var patience = new CancellationTokenSource(Patience);
        while (await _lines.Reader.WaitToReadAsync(patience.Token))
        {
            var line = await _lines.Reader.ReadAsync(patience.Token);
            _output.Add(line);
            if (line.StartsWith(Ready, StringComparison.Ordinal))
            {
                return IPEndPoint.Parse(line[Ready.Length..]);
            }
        }

        throw new InvalidOperationException($"It ended before it was ready:\n{string.Join('\n', _output)}\n{Errors}");
    }

    /// <summary>Asks it to stop, as a service manager does.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        var kill = new ProcessCommand("/bin/sh", "-c", "kill -TERM \"$1\"", "sh", _process.Id.ToString(CultureInfo.InvariantCulture));
        Assert.True((await ProcessRunner.RunAsync(kill, heartbeat: null, CancellationToken.None)).Succeeded);
        return await WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await TerminateAsync();
        }

        _process.Dispose();
    }

    private void Begin()
    {
        _process.OutputDataReceived += (_, received) =>
        {
            if (received.Data is { } line)
            {
                _lines.Writer.TryWrite(line);
            }
            else
            {
                _lines.Writer.TryComplete();
            }
        };
        _process.ErrorDataReceived += (_, received) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(received.Data);
            }
        };
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private async Task<int> WaitForExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The console sample did not end:\n{Errors}");
        }

        await foreach (var line in _lines.Reader.ReadAllAsync(CancellationToken.None))
        {
            _output.Add(line);
        }

        return _process.ExitCode;
    }
}
