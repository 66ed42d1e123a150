namespace PgOAuth.Options;

/// <summary>Who a session is upstream.</summary>
public enum UpstreamMode
{
    /// <summary>One service role logs in and the startup message's <c>role</c> makes it the mapped role; the session-state guard keeps it there.</summary>
    AssumeRole,

    /// <summary>The mapped role itself logs in, with a credential from <see cref="Upstream.IUpstreamCredentialProvider"/> or the server's password.</summary>
    Login,
}
