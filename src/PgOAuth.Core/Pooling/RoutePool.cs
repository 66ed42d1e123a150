using PgOAuth.Options;

namespace PgOAuth.Pooling;

/// <summary>What a route says of its pools.</summary>
internal readonly record struct RoutePool(PoolMode Mode, int Size);
