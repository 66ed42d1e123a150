namespace PgOAuth.Samples.Development.Issuer;

/// <summary>A program with a secret, which gets tokens for itself by the client-credentials grant (RFC 6749 section 4.4).</summary>
/// <param name="Id">The <c>client_id</c>, which is also the <c>sub</c> claim of its tokens.</param>
/// <param name="Secret">The <c>client_secret</c>.</param>
/// <param name="Groups">The <c>groups</c> claim.</param>
/// <param name="Scopes">The scopes it can be granted.</param>
public sealed record DevelopmentClient(string Id, string Secret, IReadOnlyList<string> Groups, IReadOnlyList<string> Scopes)
{
    /// <summary>The name and the scopes, never the secret.</summary>
    public override string ToString()
    {
        return $"{Id} ({string.Join(' ', Scopes)})";
    }
}
