namespace PgOAuth.Upstream;

/// <summary>Stage 5: says which server and database a session goes to.</summary>
/// <remarks>Called after authorization. A router that throws refuses the session. Implementations are called concurrently.</remarks>
public interface IUpstreamRouter
{
    /// <summary>Routes one session.</summary>
    ValueTask<UpstreamRoute> RouteAsync(UpstreamRoutingContext context, CancellationToken cancellationToken);
}
