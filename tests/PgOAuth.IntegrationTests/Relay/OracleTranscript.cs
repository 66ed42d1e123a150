using System.Buffers.Binary;
using System.Text;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>What a client was told, one line per message; of an error only what a program goes by.</summary>
internal sealed class OracleTranscript
{
    private readonly List<byte> _pending = [];

    internal List<string> Lines { get; } = [];

    /// <summary>Whether the statement at the end of a batch was described.</summary>
    internal bool IsAtEnd => Lines.Count >= 3 && Lines[^3].StartsWith("t .\u0003", StringComparison.Ordinal) && Lines[^1].StartsWith('Z');

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        _pending.AddRange(bytes);
        while (_pending.Count >= 5)
        {
            var message = _pending.ToArray().AsSpan();
            var length = BinaryPrimitives.ReadInt32BigEndian(message[1..]);
            if (message.Length < length + 1)
            {
                return;
            }

            var body = Encoding.UTF8.GetString(message[5..(length + 1)]);
            Lines.Add($"{(char)message[0]} {(message[0] is (byte)'E' or (byte)'N' ? string.Concat(body.Split('\0').Where(static field => field.StartsWith('V') || field.StartsWith('C'))) : body)}".Replace('\0', '.'));
            _pending.RemoveRange(0, length + 1);

            // Settings are reported in the order in which they were first changed on the connection.
            for (var i = Lines.Count - 1; i > 0 && Lines[i].StartsWith('S') && Lines[i - 1].StartsWith('S') && string.CompareOrdinal(Lines[i - 1], Lines[i]) > 0; i--)
            {
                (Lines[i - 1], Lines[i]) = (Lines[i], Lines[i - 1]);
            }
        }
    }
}
