using System.Net;

namespace PgOAuth.Upstream;

/// <summary>Stage 5: a bare connection and the address it leads to.</summary>
/// <param name="Stream">Owns the socket.</param>
/// <param name="Address">The address after name resolution.</param>
internal readonly record struct UpstreamLink(Stream Stream, EndPoint Address);
