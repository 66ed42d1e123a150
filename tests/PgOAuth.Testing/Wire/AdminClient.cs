using System.Text;

namespace PgOAuth.Testing.Wire;

/// <summary>A client of the admin database that sends one command at a time, by the simple protocol.</summary>
public sealed class AdminClient(RawClient client) : IAsyncDisposable
{
    /// <summary>The scope that the test beds of the admin database ask for.</summary>
    public const string Scope = "db.admin";

    /// <summary>The connection.</summary>
    public RawClient Client { get; } = client;

    /// <summary>The StartupMessage for the admin database.</summary>
    public static byte[] Startup => LoginMessages.StartupMessage(LoginMessages.Version30, "user", "app", "database", "pgoauth");

    /// <summary>Logs in with a token that carries the scope.</summary>
    public static async Task<AdminClient> OpenAsync(ProxyTestBed bed)
    {
        ArgumentNullException.ThrowIfNull(bed);
        var client = await bed.ConnectAsync();
        await client.LogInAsync($"good+{Scope}", Startup);
        return new AdminClient(client);
    }

    /// <summary>Sends a command and reads its whole answer: ReadyForQuery last, or FATAL.</summary>
    public async Task<IReadOnlyList<WireMessage>> AskAsync(string command)
    {
        await Client.SendAsync(FrontendMessages.Query(command));
        return await ReadAsync();
    }

    /// <summary>Sends a command and gives its rows as text, <c>NULL</c> being null.</summary>
    public async Task<IReadOnlyList<string[]>> RowsAsync(string command) => Rows(await AskAsync(command));

    /// <summary>Sends a command and gives the error it answers with.</summary>
    public async Task<WireError> ErrorAsync(string command) => WireError.Parse((await AskAsync(command)).First(static m => m.Type == 'E').Body);

    /// <summary>Sends a command and gives its CommandComplete.</summary>
    public async Task<string> TagAsync(string command) => (await AskAsync(command)).First(static m => m.Type == 'C').Text.TrimEnd('\0');

    /// <summary>Reads an answer up to ReadyForQuery, or to the end of the connection.</summary>
    public async Task<IReadOnlyList<WireMessage>> ReadAsync()
    {
        var messages = new List<WireMessage>();
        while (messages.Count == 0 || messages[^1].Type != 'Z')
        {
            if (await Client.ReadMessageAsync() is not { } message)
            {
                break;
            }

            messages.Add(message);
        }

        return messages;
    }

    /// <summary>The rows among messages.</summary>
    public static IReadOnlyList<string[]> Rows(IEnumerable<WireMessage> messages) =>
        [.. messages.Where(static message => message.Type == 'D').Select(static message => Cells(message.Body))];

    /// <summary>The names of the columns that a RowDescription among messages has.</summary>
    public static IReadOnlyList<string> Columns(IEnumerable<WireMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ReadOnlySpan<byte> rest = messages.First(static message => message.Type == 'T').Body.AsSpan(2);
        var names = new List<string>();
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)0);
            names.Add(Encoding.UTF8.GetString(rest[..end]));
            rest = rest[(end + 19)..];
        }

        return names;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Client.DisposeAsync();

    private static string[] Cells(ReadOnlySpan<byte> body)
    {
        var cells = new string[System.Buffers.Binary.BinaryPrimitives.ReadInt16BigEndian(body)];
        body = body[2..];
        for (var i = 0; i < cells.Length; i++)
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(body);
            body = body[4..];
            cells[i] = length < 0 ? "NULL" : Encoding.UTF8.GetString(body[..length]);
            body = body[Math.Max(0, length)..];
        }

        return cells;
    }
}
