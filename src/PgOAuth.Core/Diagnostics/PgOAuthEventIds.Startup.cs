namespace PgOAuth.Diagnostics;

public static partial class PgOAuthEventIds
{
    /// <summary>A CancelRequest with an unknown process id or a wrong key.</summary>
    public const int CancelRequestUnknown = 2000;

    /// <summary>A CancelRequest that was dropped by a limit.</summary>
    public const int CancelRequestsLimited = 2001;
}
