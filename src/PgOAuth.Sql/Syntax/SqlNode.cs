using System.Runtime.InteropServices;

namespace PgOAuth.Sql.Syntax;

/// <summary>
/// One node of the flat tree. Nodes stand in post-order: a node's subtree is the run from <see cref="First"/> up to the node
/// itself, its last child is right before it, and the child before that one ends where that one's run begins.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct SqlNode
{
    public SqlNodeKind Kind;

    public SqlNodeFlags Flags;

    /// <summary>Index of the first node of the subtree; the node's own index when it has no children.</summary>
    public int First;

    /// <summary>First token.</summary>
    public int Token;

    /// <summary>Token after the last one.</summary>
    public int EndToken;

    /// <summary>By kind; see <see cref="SqlNodeKind"/>.</summary>
    public int Payload;
}
