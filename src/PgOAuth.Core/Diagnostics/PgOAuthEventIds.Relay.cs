namespace PgOAuth.Diagnostics;

public static partial class PgOAuthEventIds
{
    /// <summary>A defect in the proxy reached an event loop; the loop goes on.</summary>
    public const int LoopFaulted = 6000;
}
