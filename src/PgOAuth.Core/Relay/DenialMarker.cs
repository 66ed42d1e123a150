using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using PgOAuth.Enforcement;
using PgOAuth.Protocol;

namespace PgOAuth.Relay;

/// <summary>
/// Stage 7: the statement that stands in for a denied one. It is a syntax error that carries a secret of this session
/// and the denial's number, so that PostgreSQL itself fails in the right place, aborts the transaction and skips to
/// Sync, and its error can be told from any other and be replaced by the denial. The server's lexer must never make
/// sense of it: it is one identifier where a statement has to begin, and no statement or portal has it for its name.
/// </summary>
internal sealed class DenialMarker
{
    private const int Digits = 8;

    private readonly byte[] _text;
    private readonly int _prefixLength;
    private readonly Queue<(uint Number, Denial Denial)> _denials = new();
    private uint _lastNumber;

    internal DenialMarker()
    {
        Span<byte> nonce = stackalloc byte[12];
        RandomNumberGenerator.Fill(nonce);
        var prefix = "pgoauth_denied_" + Convert.ToHexStringLower(nonce) + "_";
        _text = System.Text.Encoding.ASCII.GetBytes(prefix + new string('0', Digits));
        _prefixLength = prefix.Length;
    }

    /// <summary>Denials whose error has not come yet; it never comes for what the server discards.</summary>
    internal int Count => _denials.Count;

    /// <summary>Nothing that was sent before is still to be answered.</summary>
    internal void Clear() => _denials.Clear();

    /// <summary>Writes a Query in the place of a denied Query or FunctionCall: both answer with an error and ReadyForQuery.</summary>
    internal void WriteQuery(MessageWriter output, Denial denial)
    {
        output.BeginMessage(MessageTypes.Frontend.Query);
        output.WriteCString(Text(denial));
        output.EndMessage();
    }

    /// <summary>Writes a Parse in the place of a denied one, under the same statement name.</summary>
    internal void WriteParse(MessageWriter output, ReadOnlySpan<byte> statementName, Denial denial)
    {
        output.BeginMessage(MessageTypes.Frontend.Parse);
        output.WriteCString(statementName);
        output.WriteCString(Text(denial));
        output.WriteInt16(0);
        output.EndMessage();
    }

    /// <summary>Writes a Bind in the place of a denied one: of a statement that does not exist.</summary>
    internal void WriteBind(MessageWriter output, Denial denial)
    {
        output.BeginMessage(MessageTypes.Frontend.Bind);
        output.WriteByte(0);
        output.WriteCString(Text(denial));
        output.WriteInt16(0);
        output.WriteInt16(0);
        output.WriteInt16(0);
        output.EndMessage();
    }

    /// <summary>Writes an Execute in the place of a denied one: of a portal that does not exist.</summary>
    internal void WriteExecute(MessageWriter output, Denial denial)
    {
        output.BeginMessage(MessageTypes.Frontend.Execute);
        output.WriteCString(Text(denial));
        output.WriteInt32(0);
        output.EndMessage();
    }

    /// <summary>Whether a server's error answers a marker of this session, and which denial it stands for.</summary>
    internal bool TryRead(ReadOnlySpan<byte> message, [NotNullWhen(true)] out Denial? denial)
    {
        denial = null;
        var at = message.IndexOf(_text.AsSpan(0, _prefixLength));
        if (at < 0 || message.Length < at + _text.Length)
        {
            return false;
        }

        // Errors come in the order of the messages; the denials before it were discarded by the server.
        denial = Denial.Of(StatementDenial.Unspecified);
        if (Utf8Parser.TryParse(message.Slice(at + _prefixLength, Digits), out uint number, out _, 'x'))
        {
            while (_denials.TryDequeue(out var next))
            {
                if (next.Number == number)
                {
                    denial = next.Denial;
                    break;
                }
            }
        }

        return true;
    }

    private ReadOnlySpan<byte> Text(Denial denial)
    {
        _denials.Enqueue((++_lastNumber, denial));
        _ = Utf8Formatter.TryFormat(_lastNumber, _text.AsSpan(_prefixLength), out _, new StandardFormat('x', Digits));
        return _text;
    }
}
