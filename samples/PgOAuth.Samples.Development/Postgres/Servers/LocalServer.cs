using Npgsql;
using PgOAuth.Samples.Development.Postgres.Processes;

namespace PgOAuth.Samples.Development.Postgres.Servers;

/// <summary>A throwaway server of binaries on this machine.</summary>
internal sealed class LocalServer : EmbeddedPostgresServer
{
    internal const string SuperuserName = "postgres";

    private const int StartAttempts = 5;
    private const int RestartAttempts = 20;
    private static readonly TimeSpan RestartDelay = TimeSpan.FromMilliseconds(250);

    private readonly EmbeddedPostgresBinaries _binaries;
    private readonly ServerDirectory _directory;
    private readonly ServerPrograms _programs;
    private readonly Watchdog? _watchdog;

    private LocalServer(
        EmbeddedPostgresBinaries binaries, ServerDirectory directory, ServerPrograms programs, Watchdog? watchdog, int port)
        : base($"PostgreSQL {binaries.Version}, {binaries.Source}", binaries.MajorVersion, Connection(port))
    {
        _binaries = binaries;
        _directory = directory;
        _programs = programs;
        _watchdog = watchdog;
    }

    public override string? SocketDirectory => OperatingSystem.IsWindows() ? null : _directory.Sockets;

    public override string? BinDirectory => _binaries.BinDirectory;

    public static async Task<LocalServer> StartAsync(
        EmbeddedPostgresBinaries binaries, EmbeddedPostgresOptions options, CancellationToken cancellationToken)
    {
        options.Progress?.Invoke($"starting PostgreSQL {binaries.Version} ({binaries.Source})");
        var user = await ServerUser.ResolveAsync(cancellationToken).ConfigureAwait(false);
        var directory = ServerDirectory.Create();
        Watchdog? watchdog = null;
        try
        {
            watchdog = Watchdog.Start(directory.Path);
            var programs = new ServerPrograms(binaries, user, directory);
            await user.TakeOverAsync(directory, cancellationToken).ConfigureAwait(false);
            Check(await programs.InitializeAsync(cancellationToken).ConfigureAwait(false), "initdb", directory);
            await ServerConfiguration.WriteAsync(directory, options, cancellationToken).ConfigureAwait(false);
            await user.TakeOverAsync(directory, cancellationToken).ConfigureAwait(false);
            var port = await StartOnFreePortAsync(programs, directory, options.ShapesServer, cancellationToken).ConfigureAwait(false);
            return new LocalServer(binaries, directory, programs, watchdog, port);
        }
        catch
        {
            await AbandonAsync(directory, watchdog).ConfigureAwait(false);
            throw;
        }
    }

    public override async Task StopAsync(bool immediate = false, CancellationToken cancellationToken = default)
    {
        if (await _programs.IsRunningAsync(cancellationToken).ConfigureAwait(false))
        {
            Check(await _programs.StopAsync(immediate, cancellationToken).ConfigureAwait(false), "pg_ctl stop", _directory);
        }
    }

    public override async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync(immediate: false, cancellationToken).ConfigureAwait(false);
        for (var attempt = 1; ; attempt++)
        {
            var logged = LogLength(_directory);
            var result = await _programs.StartAsync(Port, cancellationToken).ConfigureAwait(false);
            if (result.Succeeded)
            {
                return;
            }

            if (attempt == RestartAttempts || !await LostPortAsync(_directory, logged, cancellationToken).ConfigureAwait(false))
            {
                Check(result, "pg_ctl start", _directory);
            }

            await Task.Delay(RestartDelay, cancellationToken).ConfigureAwait(false);
        }
    }

    public override Task<string> ReadLogAsync(CancellationToken cancellationToken = default)
    {
        return ReadLogAsync(_directory, offset: 0, cancellationToken);
    }

    private protected override async ValueTask DisposeCoreAsync()
    {
        // An immediate stop is enough for what is thrown away. It fails when the server has stopped before; the watchdog copes with the rest.
        await _programs.StopAsync(immediate: true, CancellationToken.None).ConfigureAwait(false);
        await AbandonAsync(_directory, _watchdog).ConfigureAwait(false);
    }

    private static async Task AbandonAsync(ServerDirectory directory, Watchdog? watchdog)
    {
        if (watchdog is not null)
        {
            await watchdog.FireAsync(CancellationToken.None).ConfigureAwait(false);
            watchdog.Dispose();
        }

        directory.Delete();
    }

    private static async Task<int> StartOnFreePortAsync(ServerPrograms programs, ServerDirectory directory, bool isShaped, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort.Next();
            var logged = LogLength(directory);
            var result = await programs.StartAsync(port, cancellationToken).ConfigureAwait(false);
            if (result.Succeeded)
            {
                return port;
            }

            if (attempt == StartAttempts || !await LostPortAsync(directory, logged, cancellationToken).ConfigureAwait(false))
            {
                Check(result, "pg_ctl start", directory, endsSearch: isShaped);
            }
        }
    }

    /// <summary>Whether the start that wrote the log from here on failed because somebody else took the port first.</summary>
    private static async Task<bool> LostPortAsync(ServerDirectory directory, long offset, CancellationToken cancellationToken)
    {
        var log = await ReadLogAsync(directory, offset, cancellationToken).ConfigureAwait(false);
        return log.Contains("could not bind", StringComparison.Ordinal) || log.Contains("could not create any TCP/IP sockets", StringComparison.Ordinal);
    }

    private static long LogLength(ServerDirectory directory)
    {
        var log = new FileInfo(directory.Log);
        return log.Exists ? log.Length : 0;
    }

    private static async Task<string> ReadLogAsync(ServerDirectory directory, long offset, CancellationToken cancellationToken)
    {
        if (!File.Exists(directory.Log))
        {
            return string.Empty;
        }

        await using var stream = new FileStream(directory.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(offset, SeekOrigin.Begin);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }

    private static void Check(ProcessResult result, string program, ServerDirectory directory, bool endsSearch = false)
    {
        if (result.Succeeded)
        {
            return;
        }

        var log = File.Exists(directory.Log) ? string.Join("\n", File.ReadLines(directory.Log).TakeLast(10)) : string.Empty;
        throw new EmbeddedPostgresException($"{program} failed, {result.Summary}{(log.Length == 0 ? string.Empty : $"\nThe server's log ends with:\n{log}")}", endsSearch);
    }

    private static NpgsqlConnectionStringBuilder Connection(int port)
    {
        return new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = SuperuserName,
            Database = "postgres",
            IncludeErrorDetail = true,
        };
    }
}
