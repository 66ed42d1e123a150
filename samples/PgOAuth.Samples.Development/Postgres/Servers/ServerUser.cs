using PgOAuth.Samples.Development.Postgres.Processes;

namespace PgOAuth.Samples.Development.Postgres.Servers;

/// <summary>Whom the server runs as. PostgreSQL refuses to run as root, so root hands it to another user.</summary>
internal sealed class ServerUser
{
    private static readonly string[] Candidates = ["postgres", "nobody"];

    private readonly string? _name;
    private readonly Func<ProcessCommand, ProcessCommand>? _drop;

    private ServerUser(string? name, Func<ProcessCommand, ProcessCommand>? drop)
    {
        _name = name;
        _drop = drop;
    }

    /// <summary>Ourselves, or for root the first of postgres and nobody that root can become.</summary>
    /// <exception cref="EmbeddedPostgresException">We are root and cannot become anybody else.</exception>
    public static async Task<ServerUser> ResolveAsync(CancellationToken cancellationToken)
    {
        // On Windows pg_ctl gives up administrator rights by itself.
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            return new ServerUser(null, null);
        }

        foreach (var name in Candidates)
        {
            foreach (var drop in Drops(name))
            {
                var result = await ProcessRunner.RunAsync(drop(new ProcessCommand("true")), heartbeat: null, cancellationToken).ConfigureAwait(false);
                if (result.Succeeded)
                {
                    return new ServerUser(name, drop);
                }
            }
        }

        throw new EmbeddedPostgresException(
            "PostgreSQL refuses to run as root, and neither setpriv, runuser nor su could become the user postgres or nobody.");
    }

    /// <summary>The command as this user runs it.</summary>
    public ProcessCommand Wrap(ProcessCommand command)
    {
        return _drop is null ? command : _drop(command);
    }

    /// <summary>Gives what the server writes to this user.</summary>
    public async Task TakeOverAsync(ServerDirectory directory, CancellationToken cancellationToken)
    {
        if (_name is null)
        {
            return;
        }

        var command = new ProcessCommand("chown", "-R", _name, directory.Data, directory.Sockets);
        var result = await ProcessRunner.RunAsync(command, heartbeat: null, cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
        {
            throw new EmbeddedPostgresException($"{directory.Path} could not be given to the user {_name}: {result.Summary}");
        }
    }

    /// <summary>The usual programs that change users, most direct first. The environment is set behind them, as they may clear it.</summary>
    private static IEnumerable<Func<ProcessCommand, ProcessCommand>> Drops(string name)
    {
        yield return command => Behind("setpriv", [$"--reuid={name}", $"--regid={name}", "--clear-groups", "env"], command);
        yield return command => Behind("setpriv", [$"--reuid={name}", $"--regid=nogroup", "--clear-groups", "env"], command);
        yield return command => Behind("runuser", ["-u", name, "--", "env"], command);
        yield return command => new ProcessCommand(
            "su", "-s", "/bin/sh", name, "-c", string.Join(' ', WithEnvironment(["exec", "env"], command).Select(Quote)))
        {
            WorkingDirectory = command.WorkingDirectory,
        };
    }

    private static ProcessCommand Behind(string program, IReadOnlyList<string> prefix, ProcessCommand command)
    {
        return new ProcessCommand(program, [.. WithEnvironment(prefix, command)]) { WorkingDirectory = command.WorkingDirectory };
    }

    private static IEnumerable<string> WithEnvironment(IEnumerable<string> prefix, ProcessCommand command)
    {
        return [.. prefix, .. command.Environment.Select(pair => $"{pair.Key}={pair.Value}"), command.FileName, .. command.Arguments];
    }

    private static string Quote(string word)
    {
        return $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
