using System.Text;

namespace PgOAuth.Testing.Wire;

/// <summary>An ErrorResponse or NoticeResponse as a client reads it.</summary>
public sealed record WireError(string Severity, string SqlState, string Message, string Detail, string Hint)
{
    /// <summary>Reads the fields; a body that is not well-formed fails.</summary>
    public static WireError Parse(ReadOnlySpan<byte> body)
    {
        var fields = new Dictionary<char, string>();
        while (body[0] != 0)
        {
            var end = body.IndexOf((byte)0);
            fields.Add((char)body[0], Encoding.UTF8.GetString(body[1..end]));
            body = body[(end + 1)..];
        }

        return body.Length == 1
            ? new WireError(fields['V'], fields['C'], fields['M'], fields.GetValueOrDefault('D', ""), fields.GetValueOrDefault('H', ""))
            : throw new InvalidOperationException("Bytes stand behind the error's last field.");
    }

    /// <summary>All that two refusals have in common: everything but the session's number.</summary>
    public WireError WithoutSession() => this with { Detail = "" };
}
