using System.Text;
using static PgOAuth.Testing.Upstream.BackendMessages;

namespace PgOAuth.Testing.Wire;

/// <summary>What a client sends before it is logged in, as bytes: honest or not.</summary>
public static class LoginMessages
{
    /// <summary>Protocol 3.0.</summary>
    public const int Version30 = 0x00030000;

    /// <summary>Protocol 3.2.</summary>
    public const int Version32 = 0x00030002;

    /// <summary>SSLRequest.</summary>
    public static byte[] SslRequest => [.. Int32(8), .. Int32(80877103)];

    /// <summary>GSSENCRequest.</summary>
    public static byte[] GssEncRequest => [.. Int32(8), .. Int32(80877104)];

    /// <summary>A StartupMessage of protocol 3.0 for the user <c>app</c> and the database <c>shop</c>.</summary>
    public static byte[] GoodStartup => StartupMessage(Version30, "user", "app", "database", "shop");

    /// <summary>A StartupMessage: names and values in turn, exactly as given.</summary>
    public static byte[] StartupMessage(int version, params string[] namesAndValues) =>
        Untyped([.. Int32(version), .. namesAndValues.SelectMany(CString), 0]);

    /// <summary>CancelRequest.</summary>
    public static byte[] Cancel(int processId, params byte[] secret) => Untyped([.. Int32(80877102), .. Int32(processId), .. secret]);

    /// <summary>PasswordMessage.</summary>
    public static byte[] Password(string password) => Message('p', CString(password));

    /// <summary>SASLInitialResponse with OAUTHBEARER and the given data; null leaves the data out (length -1).</summary>
    public static byte[] SaslInitial(byte[]? data) =>
        Message('p', [.. CString("OAUTHBEARER"), .. Int32(data?.Length ?? -1), .. data ?? []]);

    /// <summary>SASLInitialResponse with OAUTHBEARER and the given text, Latin-1.</summary>
    public static byte[] SaslInitial(string data) => SaslInitial(Encoding.Latin1.GetBytes(data));

    /// <summary>The OAUTHBEARER message that carries a token (RFC 7628 section 3.1).</summary>
    public static string Bearer(string token) => $"n,,\u0001auth=Bearer {token}\u0001\u0001";

    /// <summary>SASLResponse.</summary>
    public static byte[] SaslResponse(params byte[] data) => Message('p', data);

    /// <summary>Puts the length in front.</summary>
    public static byte[] Untyped(byte[] body) => [.. Int32(body.Length + 4), .. body];
}
