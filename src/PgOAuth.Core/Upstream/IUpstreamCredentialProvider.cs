namespace PgOAuth.Upstream;

/// <summary>Stage 5: gives what a session logs in to the server with.</summary>
/// <remarks>
/// In <c>AssumeRole</c> mode it is asked for the service role's credential, in <c>Login</c> mode for the mapped role's.
/// Called for each upstream login, so that short-lived credentials (cloud tokens) stay fresh; cache inside if it is dear.
/// </remarks>
public interface IUpstreamCredentialProvider
{
    /// <summary>Gives the credential of one upstream login.</summary>
    ValueTask<UpstreamCredential> GetAsync(UpstreamCredentialContext context, CancellationToken cancellationToken);
}
