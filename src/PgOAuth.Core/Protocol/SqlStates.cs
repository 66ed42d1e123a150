namespace PgOAuth.Protocol;

/// <summary>The SQLSTATEs that the proxy itself sends (PostgreSQL manual, appendix A).</summary>
internal static class SqlStates
{
    internal const string Success = "00000";
    internal const string ConnectionFailure = "08006";
    internal const string ProtocolViolation = "08P01";
    internal const string FeatureNotSupported = "0A000";
    internal const string IdleInTransactionTimeout = "25P03";
    internal const string InvalidStatementName = "26000";
    internal const string InvalidAuthorization = "28000";
    internal const string InvalidCursorName = "34000";
    internal const string InvalidCatalogName = "3D000";
    internal const string InsufficientPrivilege = "42501";
    internal const string SyntaxError = "42601";
    internal const string UndefinedObject = "42704";
    internal const string DuplicatePreparedStatement = "42P05";
    internal const string InsufficientResources = "53000";
    internal const string TooManyConnections = "53300";
    internal const string ProgramLimitExceeded = "54000";
    internal const string ObjectNotInPrerequisiteState = "55000";
    internal const string QueryCanceled = "57014";
    internal const string AdminShutdown = "57P01";
    internal const string CannotConnectNow = "57P03";
    internal const string ConfigFileError = "F0000";
    internal const string InternalError = "XX000";
}
