using System.Globalization;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using PgOAuth.Samples.Development.Files;

namespace PgOAuth.Samples.Development.Issuer;

/// <summary>Signs RFC 9068 access tokens with the keys of a folder; needs no running server, and works beside one that uses the same folder.</summary>
public sealed class DevelopmentTokenIssuer
{
    private const string IssuerFile = "issuer.url";

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly DevelopmentSigningKeys _keys;
    private readonly TimeProvider _time;

    internal DevelopmentTokenIssuer(string issuer, string audience, DevelopmentSigningKeys keys, TimeProvider time)
    {
        Issuer = issuer;
        Audience = audience;
        _keys = keys;
        _time = time;
    }

    /// <summary>The default folder of the keys: <c>issuer</c> in <see cref="DevelopmentFolders.Data"/>.</summary>
    public static string DefaultKeyFolder => Path.Combine(DevelopmentFolders.Data, "issuer");

    /// <summary>The <c>iss</c> claim.</summary>
    public string Issuer { get; }

    /// <summary>The <c>aud</c> claim of tokens that name no other.</summary>
    public string Audience { get; }

    /// <summary>Opens the keys of a folder, making them when they are missing.</summary>
    /// <param name="issuer">The <c>iss</c> claim; null is the URL the issuer that last ran with this folder had.</param>
    /// <param name="keyFolder">The folder; null is <see cref="DefaultKeyFolder"/>.</param>
    /// <param name="audience">The <c>aud</c> claim.</param>
    /// <param name="timeProvider">The clock; null is the system's.</param>
    /// <exception cref="InvalidOperationException">No issuer was named, and none has run with this folder yet.</exception>
    public static DevelopmentTokenIssuer Open(
        string? issuer = null,
        string? keyFolder = null,
        string audience = DevelopmentIssuerOptions.DefaultAudience,
        TimeProvider? timeProvider = null)
    {
        var folder = keyFolder ?? DefaultKeyFolder;
        var url = issuer ?? ReadIssuer(folder)
            ?? throw new InvalidOperationException($"No issuer has run with the keys in {folder} yet; start one or name its URL.");
        return new DevelopmentTokenIssuer(url, audience, new DevelopmentSigningKeys(folder), timeProvider ?? TimeProvider.System);
    }

    /// <summary>Signs a token.</summary>
    public string IssueToken(DevelopmentTokenRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var issuedAt = _time.GetUtcNow() + request.IssuedAtOffset;
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Issuer,
            ["sub"] = request.Subject,
            ["aud"] = request.Audience ?? Audience,
            ["client_id"] = request.ClientId,
            ["iat"] = issuedAt.ToUnixTimeSeconds(),
            ["exp"] = (issuedAt + request.Lifetime).ToUnixTimeSeconds(),
            ["jti"] = RandomNumberGenerator.GetHexString(32, lowercase: true),
        };
        if (request.Scopes.Count > 0)
        {
            claims["scope"] = string.Join(' ', request.Scopes);
        }

        if (request.Groups.Count > 0)
        {
            claims["groups"] = request.Groups.ToArray();
        }

        foreach (var (name, value) in request.Claims)
        {
            claims.Remove(name);
            if (value is not null)
            {
                claims[name] = value;
            }
        }

        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = request.TokenType,
            Claims = claims,
            SigningCredentials = _keys.Current(request.Algorithm).Credentials,
        });
    }

    /// <summary>Leaves the issuer's URL beside its keys, for processes that only sign.</summary>
    internal static void WriteIssuer(string folder, string issuer)
    {
        PrivateFile.Write(Path.Combine(folder, IssuerFile), string.Create(CultureInfo.InvariantCulture, $"{issuer}\n"), overwrite: true);
    }

    /// <summary>The URL of the issuer that last ran with these keys; null when none has.</summary>
    internal static string? ReadIssuer(string folder)
    {
        var file = Path.Combine(folder, IssuerFile);
        return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
    }
}
