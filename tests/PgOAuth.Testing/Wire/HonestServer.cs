using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using PgOAuth.Testing.Upstream;

namespace PgOAuth.Testing.Wire;

/// <summary>A server that lets everybody in, answers each Query with nothing (and <c>pg_sleep</c> never), and keeps what it was told. Thread-safe.</summary>
public sealed class HonestServer
{
    private readonly ConcurrentQueue<IReadOnlyList<KeyValuePair<string, string>>> _startups = new();
    private readonly ConcurrentQueue<byte[]> _cancels = new();
    private int _queries;

    /// <summary>Queries that it does not answer.</summary>
    public int SleepingQueries => Volatile.Read(ref _queries);

    /// <summary>The key it gives to every session: 4 bytes, process 4711.</summary>
    public static byte[] SecretKey => [0xde, 0xad, 0xbe, 0xef];

    /// <summary>The parameters of each StartupMessage.</summary>
    public IReadOnlyList<IReadOnlyList<KeyValuePair<string, string>>> Startups => [.. _startups];

    /// <summary>What followed the code in each CancelRequest.</summary>
    public IReadOnlyList<byte[]> Cancels => [.. _cancels];

    /// <summary>Awaited before the server closes after a CancelRequest.</summary>
    public Func<Task> OnCancel { get; set; } = static () => Task.CompletedTask;

    /// <summary>Awaited before a StartupMessage is answered.</summary>
    public Func<Task> OnStartup { get; set; } = static () => Task.CompletedTask;

    /// <summary>Answers a Query instead of the server where it gives something; empty is no answer at all.</summary>
    public Func<string, byte[]?> OnQuery { get; set; } = static _ => null;

    /// <summary>Refuses a StartupMessage where it gives an error.</summary>
    public Func<byte[]?> OnLogin { get; set; } = static () => null;

    /// <summary>The script for <see cref="ScriptedServer"/>.</summary>
    public async Task RunAsync(ScriptedBackend backend)
    {
        ArgumentNullException.ThrowIfNull(backend);
        var first = await backend.ReadUntypedAsync();
        if (BinaryPrimitives.ReadInt32BigEndian(first) == 80877102)
        {
            _cancels.Enqueue(first[4..]);
            await OnCancel();
            return;
        }

        var startup = ScriptedBackend.ParseStartup(first);
        _startups.Enqueue(startup);
        await OnStartup();
        if (OnLogin() is { } refusal)
        {
            await backend.SendRawAsync(refusal);
            return;
        }

        await backend.SendAsync(
            BackendMessages.AuthenticationOk,
            BackendMessages.ParameterStatus("server_version", "18.1"),
            BackendMessages.BackendKeyData(4711, SecretKey),
            BackendMessages.ReadyForQuery());
        var user = startup.Single(static p => p.Key == "user").Value;
        var role = startup.SingleOrDefault(static p => p.Key == "role").Value ?? user;
        while (true)
        {
            var (type, body) = await backend.ReadAsync();
            switch (type)
            {
                case 'X':
                    return;
                case 'Q' when Encoding.UTF8.GetString(body).Contains("rolbypassrls", StringComparison.Ordinal):
                    await backend.SendAsync(
                        BackendMessages.RowDescription("current_user", "session_user", "c", "s"),
                        BackendMessages.DataRow(role, user, "f", "f"),
                        BackendMessages.CommandComplete("SELECT 1"),
                        BackendMessages.ReadyForQuery());
                    break;
                case 'Q' when Encoding.UTF8.GetString(body).Contains("pg_sleep", StringComparison.Ordinal):
                    Interlocked.Increment(ref _queries);
                    break;
                case 'Q' when OnQuery(Encoding.UTF8.GetString(body).TrimEnd('\0')) is { } answer:
                    await backend.SendRawAsync(answer);
                    break;
                case 'Q':
                    await backend.SendAsync(BackendMessages.CommandComplete("SELECT 0"), BackendMessages.ReadyForQuery());
                    break;
                default:
                    throw new InvalidOperationException($"This server does not know message '{type}'.");
            }
        }
    }
}
