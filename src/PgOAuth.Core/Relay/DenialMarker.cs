using System.Security.Cryptography;
using PgOAuth.Enforcement;
using PgOAuth.Protocol;

namespace PgOAuth.Relay;

/// <summary>
/// Stage 7: the statement that stands in for a denied one. It is a syntax error that carries a secret of this session
/// and the reason's number, so that PostgreSQL itself fails in the right place, aborts the transaction and skips to
/// Sync, and its error can be told from any other and be replaced by the denial. The server's lexer must never make
/// sense of it: it is one identifier where a statement has to begin.
/// </summary>
internal sealed class DenialMarker
{
    private readonly byte[] _text;
    private readonly int _prefixLength;

    internal DenialMarker()
    {
        Span<byte> nonce = stackalloc byte[12];
        RandomNumberGenerator.Fill(nonce);
        var prefix = "pgoauth_denied_" + Convert.ToHexStringLower(nonce) + "_";
        _text = System.Text.Encoding.ASCII.GetBytes(prefix + "00");
        _prefixLength = prefix.Length;
    }

    /// <summary>Writes a Query in the place of a denied Query or FunctionCall: both answer with an error and ReadyForQuery.</summary>
    internal void WriteQuery(MessageWriter output, StatementDenial denial)
    {
        output.BeginMessage(MessageTypes.Frontend.Query);
        output.WriteCString(Text(denial));
        output.EndMessage();
    }

    /// <summary>Writes a Parse in the place of a denied one, under the same statement name.</summary>
    internal void WriteParse(MessageWriter output, ReadOnlySpan<byte> statementName, StatementDenial denial)
    {
        output.BeginMessage(MessageTypes.Frontend.Parse);
        output.WriteCString(statementName);
        output.WriteCString(Text(denial));
        output.WriteInt16(0);
        output.EndMessage();
    }

    /// <summary>Whether a server's error answers a marker of this session, and which denial it stands for.</summary>
    internal bool TryRead(ReadOnlySpan<byte> message, out StatementDenial denial)
    {
        denial = default;
        var at = message.IndexOf(_text.AsSpan(0, _prefixLength));
        if (at < 0 || message.Length < at + _text.Length)
        {
            return false;
        }

        var digits = message.Slice(at + _prefixLength, 2);
        denial = (StatementDenial)(((digits[0] - '0') * 10) + (digits[1] - '0'));
        return true;
    }

    private ReadOnlySpan<byte> Text(StatementDenial denial)
    {
        var number = (int)denial;
        _text[^2] = (byte)('0' + (number / 10));
        _text[^1] = (byte)('0' + (number % 10));
        return _text;
    }
}
