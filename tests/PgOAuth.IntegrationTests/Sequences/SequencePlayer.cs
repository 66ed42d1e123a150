using System.Buffers.Binary;
using System.Net;
using System.Text;
using PgOAuth.IntegrationTests.Fixtures;
using PgOAuth.Testing.Wire;

namespace PgOAuth.IntegrationTests.Sequences;

/// <summary>Plays sequences on one connection and writes down what comes, a line per message: all of it but what names the connection or the proxy's statements.</summary>
internal sealed class SequencePlayer : IAsyncDisposable
{
    private readonly RawClient _client;

    private SequencePlayer(RawClient client) => _client = client;

    /// <summary>Past the proxy, in the role that the proxy would have given.</summary>
    public static async Task<SequencePlayer> DirectAsync(string host, int port, string superuser, string database)
    {
        var client = await RawClient.ConnectAsync(new IPEndPoint(IPAddress.Parse(host), port));
        await client.SendAsync(LoginMessages.StartupMessage(LoginMessages.Version30, "user", superuser, "database", database, "client_encoding", "UTF8", "role", TestRoles.Engineer));
        await client.ReadUntilReadyAsync();
        return new SequencePlayer(client);
    }

    public static async Task<SequencePlayer> ThroughAsync(ProxyHost proxy, string token)
    {
        var client = await RawClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, proxy.Port));
        await client.LogInAsync(token, LoginMessages.StartupMessage(LoginMessages.Version30, "user", TestRoles.Engineer, "database", proxy.Database));
        return new SequencePlayer(client);
    }

    /// <param name="sequence">What to play.</param>
    /// <param name="between">Done wherever the session is outside a transaction and waits for nothing.</param>
    public async Task<List<string>> PlayAsync(Sequence sequence, Func<Task>? between = null)
    {
        var lines = new List<string>();
        foreach (var (bytes, until) in sequence.Steps())
        {
            await _client.SendAsync(bytes.AsMemory());
            foreach (var type in until)
            {
                WireMessage? message;
                do
                {
                    message = await _client.ReadMessageAsync();
                    lines.Add(message is null ? "the end" : Describe(message));
                    if (message is null)
                    {
                        return lines;
                    }
                }
                while (message.Type != type);
            }

            if (between is not null && lines[^1] == "Z I")
            {
                await between();
            }
        }

        return lines;
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private static string Describe(WireMessage message) => message.Type switch
    {
        // Messages name statements as the server knows them, and a refusal is the proxy's.
        'E' or 'N' => $"{message.Type} {WireError.Parse(message.Body).Severity} {WireError.Parse(message.Body).SqlState}",
        'T' => "T " + string.Join(' ', Columns(message.Body)),
        _ => $"{message.Type} {message.Text.Replace('\0', '.')}",
    };

    // Without the table's number: temporary tables are made anew.
    private static IEnumerable<string> Columns(byte[] body)
    {
        var at = 2;
        for (var n = BinaryPrimitives.ReadInt16BigEndian(body); n > 0; n--)
        {
            var end = Array.IndexOf(body, (byte)0, at);
            yield return Encoding.UTF8.GetString(body, at, end - at) + ":" + Convert.ToHexString(body, end + 7, 12);
            at = end + 19;
        }
    }
}
